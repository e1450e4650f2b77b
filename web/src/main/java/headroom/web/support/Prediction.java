package headroom.web.support;

import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.model.ModelSpec;
import headroom.units.Bytes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One line of an answer, short enough for a table: does it fit, how much it takes, how fast.
 *
 * @param word {@code fits}, {@code offload}, {@code no} or {@code unknown}, also the badge's class
 * @param verdict for people
 * @param needed what the device must hold
 * @param spare left over, negative where it is missing; empty where the memory is not known
 * @param decode generated tokens per second
 * @param prefill prompt tokens per second
 */
public record Prediction(
    String word,
    String verdict,
    Bytes needed,
    Optional<Bytes> spare,
    Optional<Speed> decode,
    Optional<Speed> prefill) {

  /** Tokens of context for which lists and comparisons predict. */
  public static final int CONTEXT = 8192;

  /**
   * A speed for people.
   *
   * @param tokensPerSecond the median
   * @param text {@code 41.2 tok/s}
   * @param range {@code 36.0 to 47.1}
   */
  public record Speed(double tokensPerSecond, String text, String range) {
    static Speed of(SpeedEstimate estimate) {
      return new Speed(
          estimate.median().tokensPerSecond(),
          estimate.median().toString(),
          estimate.low().toString().replace(" tok/s", "")
              + " to "
              + estimate.high().toString().replace(" tok/s", ""));
    }
  }

  /** What lists and comparisons say of this model on this device, in the mix it usually has. */
  public static Prediction of(CatalogueModel model, ModelSpec spec, CatalogueDevice device) {
    return of(Fit.answer(FitQuestion.of(spec, model.usualMix(), device.device(), CONTEXT)));
  }

  /** The short form of an answer. */
  public static Prediction of(FitReport report) {
    Verdict verdict = report.verdict();
    return new Prediction(
        verdict.word(),
        words(verdict),
        report.memory().deviceTotal(),
        verdict instanceof Verdict.Unknown ? Optional.empty() : Optional.of(verdict.headroom()),
        report.decode().map(Speed::of),
        report.prefill().map(Speed::of));
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fits fits -> "fits";
      case Verdict.FitsWithOffload offload -> offload.layersOnDevice() + " layers fit";
      case Verdict.DoesNotFit no -> "does not fit";
      case Verdict.Unknown unknown -> "depends on memory";
    };
  }

  public boolean fits() {
    return word.equals("fits");
  }

  /** Used share of the device in percent, 0 to 100, for a bar; empty where that is not known. */
  public Optional<Double> usedPercent() {
    return spare.map(left -> 100.0 * needed.value() / Math.max(1, needed.value() + left.value()));
  }

  /** The calculator's page that shows this answer in full. */
  public static String link(CatalogueModel model, CatalogueDevice device) {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("model", model.id());
    parameters.put("device", device.id());
    parameters.put("quant", model.usualMix().id());
    parameters.put("context", Integer.toString(CONTEXT));
    return Links.to("/fit", parameters);
  }
}
