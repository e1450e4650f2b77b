package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.fit.StoredWeights;
import headroom.model.ModelSpec;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.Optional;

/**
 * The weights of a model take this much.
 *
 * @param model of the catalogue
 * @param quant weight format
 * @param gigabytes stated size, 10^9 bytes
 * @param tolerance relative, 0.05 for 5 %
 */
public record SizeCheck(String model, String quant, double gigabytes, double tolerance)
    implements Check {
  private static final int CONTEXT = 4096;

  @Override
  public Finding judge(Catalogue catalogue) {
    ModelSpec spec = Check.model(catalogue, model);
    Bytes bytes = StoredWeights.of(spec, Check.weights(catalogue, quant)).total();
    return Finding.of(
        Check.near(bytes.value() / 1e9, gigabytes, tolerance),
        String.format(
            Locale.ROOT,
            "The weights of %s in %s are %.1f GB (%s), summed by tensor; the statement says %s GB.",
            spec.name(),
            quant,
            bytes.value() / 1e9,
            bytes,
            plain(gigabytes)),
        Optional.of(new Finding.Asked(model, quant, Optional.empty(), CONTEXT)));
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
