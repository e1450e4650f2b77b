package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.Verdict;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * A model runs from the memory of one device.
 *
 * @param model of the catalogue
 * @param device of the catalogue
 * @param quant weight format; empty where the statement names none: then the smallest of llama.cpp
 * @param context tokens
 */
public record FitsCheck(String model, String device, Optional<String> quant, int context)
    implements Check {

  @Override
  public Finding judge(Catalogue catalogue) {
    ModelSpec spec = Check.model(catalogue, model);
    Device where = Check.device(catalogue, device);
    FitReport report =
        quant.isPresent()
            ? answer(spec, Check.weights(catalogue, quant.get()), where)
            : Arrays.stream(GgufMix.values())
                .map(mix -> answer(spec, mix, where))
                .min(Comparator.comparing(found -> found.memory().deviceTotal()))
                .orElseThrow();
    String format = report.question().weights().id();
    return Finding.of(
        report.verdict() instanceof Verdict.Fits,
        text(spec, where, format, report),
        Optional.of(new Finding.Asked(model, format, Optional.of(device), context)));
  }

  private FitReport answer(ModelSpec spec, WeightFormat weights, Device where) {
    return Fit.answer(FitQuestion.of(spec, weights, where, context));
  }

  private String text(ModelSpec spec, Device where, String format, FitReport report) {
    Bytes headroom = report.verdict().headroom();
    String subject =
        quant.isPresent()
            ? "%s in %s".formatted(spec.name(), format)
            : "Even in %s, the smallest of llama.cpp's mixes, %s".formatted(format, spec.name());
    return String.format(
        Locale.ROOT,
        "%s needs %s on %s with %,d tokens of context: %s %s.",
        subject,
        report.memory().deviceTotal(),
        where.name(),
        context,
        headroom.isNegative() ? Bytes.of(-headroom.value()) : headroom,
        headroom.isNegative() ? "too much" : "to spare");
  }
}
