package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import java.util.function.Function;

/** One way to turn a statement into something that can be computed. */
public sealed interface Check
    permits BitsCheck, CacheCheck, FitsCheck, ParametersCheck, SizeCheck, SpeedCheck {
  /**
   * Computes what the statement is about.
   *
   * @throws IllegalArgumentException where the catalogue lacks a thing that is named
   */
  Finding judge(Catalogue catalogue);

  /** True where the computed number is as near to the stated one as the statement allows. */
  static boolean near(double computed, double stated, double tolerance) {
    return Math.abs(computed - stated) <= tolerance * Math.abs(stated);
  }

  static ModelSpec model(Catalogue catalogue, String id) {
    return catalogue.model(id).orElseThrow(() -> missing("model", id)).spec();
  }

  static Device device(Catalogue catalogue, String id) {
    return catalogue.device(id).orElseThrow(() -> missing("device", id)).device();
  }

  static WeightFormat weights(Catalogue catalogue, String id) {
    return GgufMix.byName(id)
        .map(Function.<WeightFormat>identity())
        .or(() -> catalogue.weightFormat(id).map(Function.identity()))
        .orElseThrow(() -> missing("weight format", id));
  }

  private static IllegalArgumentException missing(String what, String id) {
    return new IllegalArgumentException(
        "%s '%s' is not in the catalogue; wanted one that is".formatted(what, id));
  }
}
