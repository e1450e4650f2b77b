package headroom.advise;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueMix;
import headroom.catalogue.CatalogueMix.Divergence;
import headroom.catalogue.CatalogueModel;
import headroom.quant.GgufMix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The weight formats a model can be had in, from the one that loses nothing down by published loss.
 *
 * @param rungs best first
 */
public record Ladder(List<Rung> rungs) {
  /**
   * Nothing worse than this is advised unless it is asked for: the smallest four-bit mix, whose
   * published divergence is the last before it doubles (IQ4_XS 0.036, Q3_K_L 0.073).
   */
  public static final GgufMix USUAL_FLOOR = GgufMix.IQ4_XS;

  public Ladder {
    rungs = List.copyOf(rungs);
  }

  /**
   * One format.
   *
   * @param mix of llama.cpp's quantiser
   * @param loss published; empty where the weights stay as their makers published them
   */
  public record Rung(GgufMix mix, Optional<Divergence> loss) {
    /** Mean divergence per token in nats, 0 where nothing is lost. */
    public double divergence() {
      return loss.map(Divergence::meanKlDivergence).orElse(0.0);
    }
  }

  /** The formats of a model whose makers publish 16-bit weights. */
  public static Ladder of(Catalogue catalogue) {
    return from(GgufMix.BF16, catalogue);
  }

  /**
   * The formats of a model: the one its makers publish first. Models published in a mix of their
   * own (MXFP4, ternary) have no other, because quantising them again gains nothing.
   */
  public static Ladder of(CatalogueModel model, Catalogue catalogue) {
    String published = model.nativeWeightFormat().toLowerCase(Locale.ROOT);
    if (published.startsWith("mxfp4")) {
      return only(GgufMix.MXFP4_MOE);
    }
    if (published.startsWith("ternary")) {
      return only(GgufMix.TQ2_0);
    }
    return from(published.startsWith("float16") ? GgufMix.F16 : GgufMix.BF16, catalogue);
  }

  private static Ladder only(GgufMix mix) {
    return new Ladder(List.of(new Rung(mix, Optional.empty())));
  }

  private static Ladder from(GgufMix lossless, Catalogue catalogue) {
    List<Rung> rungs = new ArrayList<>();
    for (CatalogueMix mix : catalogue.mixes()) {
      if (mix.mix() != lossless && mix.least().isPresent()) {
        rungs.add(new Rung(mix.mix(), mix.least()));
      }
    }
    rungs.sort(Comparator.comparingDouble(Rung::divergence));
    rungs.addFirst(new Rung(lossless, Optional.empty()));
    return new Ladder(rungs);
  }

  /** Without what loses more than this mix; all of it where the mix is not on the ladder. */
  public Ladder downTo(GgufMix floor) {
    for (int at = 0; at < rungs.size(); at++) {
      if (rungs.get(at).mix() == floor) {
        return new Ladder(rungs.subList(0, at + 1));
      }
    }
    return this;
  }

  /** What is below {@link #downTo}. */
  public Ladder below(GgufMix floor) {
    return new Ladder(rungs.subList(downTo(floor).rungs().size(), rungs.size()));
  }
}
