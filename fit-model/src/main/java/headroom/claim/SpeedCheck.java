package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.model.ModelSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * A model generates at least this fast from the memory of one device.
 *
 * @param model of the catalogue
 * @param device of the catalogue
 * @param quant weight format
 * @param context tokens
 * @param tokensPerSecond stated rate of one sequence
 */
public record SpeedCheck(
    String model, String device, String quant, int context, double tokensPerSecond)
    implements Check {

  @Override
  public Finding judge(Catalogue catalogue) {
    ModelSpec spec = Check.model(catalogue, model);
    FitReport report =
        Fit.answer(
            FitQuestion.of(
                spec, Check.weights(catalogue, quant), Check.device(catalogue, device), context));
    Optional<Finding.Asked> asked =
        Optional.of(new Finding.Asked(model, quant, Optional.of(device), context));
    if (!(report.verdict() instanceof Verdict.Fits)) {
      return Finding.of(
          false,
          "%s in %s needs %s and does not fit %s, so most of its weights would come from elsewhere."
              .formatted(
                  spec.name(),
                  quant,
                  report.memory().deviceTotal(),
                  report.question().device().name()),
          asked);
    }
    return report
        .decode()
        .map(decode -> compare(spec, decode, asked))
        .orElseGet(
            () ->
                new Finding(
                    Truth.OPEN,
                    "No speed is predicted: the device's bandwidth is unknown.",
                    asked));
  }

  private Finding compare(ModelSpec spec, SpeedEstimate decode, Optional<Finding.Asked> asked) {
    double low = decode.low().tokensPerSecond();
    double high = decode.high().tokensPerSecond();
    Truth truth =
        low >= tokensPerSecond ? Truth.HOLDS : high < tokensPerSecond ? Truth.FAILS : Truth.OPEN;
    return new Finding(
        truth,
        String.format(
            Locale.ROOT,
            "%s in %s is predicted at %.0f tok/s (80 %% of such machines: %.0f to %.0f); the"
                + " statement says %.0f.",
            spec.name(),
            quant,
            decode.median().tokensPerSecond(),
            low,
            high,
            tokensPerSecond),
        asked);
  }
}
