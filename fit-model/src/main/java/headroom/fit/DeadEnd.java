package headroom.fit;

import headroom.fit.Remedy.Change;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A change that is not enough, taken as far as it goes.
 *
 * @param change what was tried
 * @param missing what is short even so, on the fullest card or on the host
 * @param onHost true where it is the host that is short
 * @param bitsNeeded for smaller weights: bits each weight could take, averaged over all of the
 *     model; empty where not even 0 would do
 */
public record DeadEnd(Change change, Bytes missing, boolean onHost, OptionalDouble bitsNeeded) {
  /** For people: {@code still 118 GiB short}. */
  public String effect() {
    String text = "still %s short%s".formatted(missing, onHost ? " on the host" : "");
    if (!(change instanceof Change.SmallerWeights)) {
      return text;
    }
    return bitsNeeded.isPresent()
        ? String.format(
            Locale.ROOT,
            "%s; there is room for %.2f bits per weight, and no usual mix is smaller",
            text,
            bitsNeeded.getAsDouble())
        : text + "; cache and scratch memory alone are too much";
  }
}
