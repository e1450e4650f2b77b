package headroom.web.fit;

import headroom.fit.FitReport;
import headroom.fit.Verdict;
import headroom.units.Bytes;

/**
 * A verdict in words.
 *
 * @param tone class of its badge: {@code fits}, {@code offload}, {@code no} or {@code unknown}
 * @param word for a badge: {@code fits}
 * @param headline the whole answer: {@code Fits, 6.30 GiB to spare}
 */
record VerdictText(String tone, String word, String headline) {
  static VerdictText of(FitReport report) {
    int layers = report.question().model().layers().size();
    return switch (report.verdict()) {
      case Verdict.Fits fits ->
          new VerdictText("fits", "fits", "Fits, %s to spare".formatted(fits.headroom()));
      case Verdict.FitsWithOffload offload when !offload.headroom().isNegative() ->
          onHost(report, offload, layers);
      case Verdict.FitsWithOffload offload ->
          new VerdictText(
              "offload",
              "%d of %d layers".formatted(offload.layersOnDevice(), layers),
              "Does not fit: %s short%s; %d of %d layers would fit"
                  .formatted(missing(offload), where(report), offload.layersOnDevice(), layers));
      case Verdict.DoesNotFit no ->
          new VerdictText(
              "no",
              "does not fit",
              "Does not fit: %s short%s".formatted(missing(no), where(report)));
      case Verdict.Unknown unknown ->
          new VerdictText("unknown", "not known", "Cannot be said: " + unknown.reason());
    };
  }

  private static VerdictText onHost(FitReport report, Verdict.FitsWithOffload offload, int layers) {
    int experts = report.placement().expertLayersOnHost();
    boolean all = offload.layersOnDevice() == layers;
    String part =
        all
            ? "experts of %d of %d layers on the host".formatted(experts, layers)
            : "%d of %d layers on the device%s"
                .formatted(
                    offload.layersOnDevice(),
                    layers,
                    experts > 0 ? ", experts of the first %d on the host".formatted(experts) : "");
    return new VerdictText(
        "offload",
        all && experts > 0
            ? "%d layers of experts on the host".formatted(experts)
            : "%d of %d layers".formatted(offload.layersOnDevice(), layers),
        "Fits with a part on the host: %s (%s there), %s to spare"
            .formatted(part, report.memory().hostTotal(), offload.headroom()));
  }

  private static String where(FitReport report) {
    if (report.isShortOnHost()) {
      return " on the host";
    }
    return report.cards().size() > 1 ? " on the fullest device" : "";
  }

  private static Bytes missing(Verdict verdict) {
    return Bytes.ZERO.minus(verdict.headroom());
  }
}
