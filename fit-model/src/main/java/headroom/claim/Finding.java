package headroom.claim;

import java.util.Optional;

/**
 * What came out when a statement was computed.
 *
 * @param truth whether it holds
 * @param computed the numbers, in whole sentences
 * @param asked the question by which anyone can repeat it, where there is one
 */
public record Finding(Truth truth, String computed, Optional<Asked> asked) {

  /**
   * A question to the calculator by the ids of the catalogue.
   *
   * @param model of the catalogue
   * @param quant weight format
   * @param device of the catalogue; empty where the statement names none
   * @param context tokens
   */
  public record Asked(String model, String quant, Optional<String> device, int context) {}

  static Finding of(boolean holds, String computed, Optional<Asked> asked) {
    return new Finding(holds ? Truth.HOLDS : Truth.FAILS, computed, asked);
  }
}
