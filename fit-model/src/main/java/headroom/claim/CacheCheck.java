package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.kv.CacheFormat;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.quant.QuantFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * A way of caching saves this share of the key-value cache.
 *
 * @param model of the catalogue
 * @param against what it is compared with: {@code full-heads} for the keys and values of all heads
 *     that a latent stands for, {@code f16} for the same cache in 16 bits
 * @param format cache format, for example {@code q8_0}
 * @param saved stated share, 0.9 for 90 %
 * @param tolerance absolute, 0.05 for 5 percentage points
 */
public record CacheCheck(
    String model, String against, String format, double saved, double tolerance) implements Check {
  public CacheCheck {
    if (!against.equals("full-heads") && !against.equals("f16")) {
      throw new IllegalArgumentException(
          "against is '%s'; wanted full-heads or f16".formatted(against));
    }
  }

  @Override
  public Finding judge(Catalogue catalogue) {
    ModelSpec spec = Check.model(catalogue, model);
    CacheFormat stored =
        QuantFormat.byName(format)
            .map(CacheFormat::of)
            .or(() -> catalogue.cacheFormat(format))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "cache format '%s' is not in the catalogue".formatted(format)));
    double kept = 0;
    double whole = 0;
    for (LayerSpec layer : spec.layers()) {
      kept += elements(layer.attention(), false) * stored.bitsPerElement() / 8;
      whole +=
          elements(layer.attention(), against.equals("full-heads"))
              * CacheFormat.F16.bitsPerElement()
              / 8;
    }
    double computed = 1 - kept / whole;
    return Finding.of(
        Math.abs(computed - saved) <= tolerance,
        String.format(
            Locale.ROOT,
            "A token of %s takes %,.0f bytes of cache instead of %,.0f: %.1f %% less; the statement"
                + " says %.0f %%.",
            spec.name(),
            kept,
            whole,
            computed * 100,
            saved * 100),
        Optional.empty());
  }

  /** Elements that one token adds to a layer's cache. */
  private static long elements(AttentionSpec attention, boolean fullHeads) {
    return switch (attention) {
      case AttentionSpec.GroupedQuery full -> perToken(full);
      case AttentionSpec.SlidingWindow sliding -> perToken(sliding.heads());
      case AttentionSpec.LatentAttention latent ->
          fullHeads
              ? (long) latent.heads() * (latent.keySize() + latent.ropeSize() + latent.valueSize())
              : latent.latentSize() + latent.ropeSize();
      case AttentionSpec.Recurrent state -> 0;
      case AttentionSpec.None none -> 0;
    };
  }

  private static long perToken(AttentionSpec.GroupedQuery heads) {
    return (long) heads.kvHeads() * (heads.keySize() + heads.valueSize());
  }
}
