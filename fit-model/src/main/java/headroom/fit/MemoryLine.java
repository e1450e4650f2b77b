package headroom.fit;

import headroom.device.Machine;
import headroom.units.Bytes;
import java.util.function.Supplier;

/**
 * One explained amount of memory.
 *
 * @param what for people: {@code weights}, {@code KV cache}, {@code compute buffer} …
 * @param quantity which sum it belongs to
 * @param place where it lies
 * @param bytes how much
 * @param formulaText writes the formula with the numbers put in; called only when someone reads it
 * @param source paper, permalink or measurement that the formula or constant comes from
 */
public record MemoryLine(
    String what,
    Quantity quantity,
    Place place,
    Bytes bytes,
    Supplier<String> formulaText,
    String source) {

  /** The formula with the numbers put in, so that it can be checked by hand. */
  public String formula() {
    return formulaText.get();
  }

  /** The sums that are graded against real logs. */
  public enum Quantity {
    WEIGHTS,
    KV,
    COMPUTE,
    OVERHEAD
  }

  /** One card's memory, or the host's. */
  public sealed interface Place {
    /** The first card. */
    Place DEVICE = new OnCard(0);

    Place HOST = new OnHost();

    /**
     * Memory of a card.
     *
     * @param card its index in the machine
     */
    record OnCard(int card) implements Place {}

    /** System memory. */
    record OnHost() implements Place {}

    /** The card's id in the machine ({@code id#2} for the second of a kind), or {@code host}. */
    default String idIn(Machine machine) {
      return switch (this) {
        case OnCard on -> machine.idOf(on.card());
        case OnHost host -> "host";
      };
    }

    /** True on any card. */
    default boolean isCard() {
      return this instanceof OnCard;
    }

    /** True on this card. */
    default boolean isCard(int index) {
      return this instanceof OnCard on && on.card() == index;
    }
  }
}
