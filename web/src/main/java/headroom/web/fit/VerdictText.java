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
          new VerdictText(
              "offload",
              "%d of %d layers".formatted(offload.layersOnDevice(), layers),
              "Fits with a part on the host: %d of %d layers on the device, %s to spare"
                  .formatted(offload.layersOnDevice(), layers, offload.headroom()));
      case Verdict.FitsWithOffload offload ->
          new VerdictText(
              "offload",
              "%d of %d layers".formatted(offload.layersOnDevice(), layers),
              "Does not fit: %s short; %d of %d layers would fit"
                  .formatted(missing(offload), offload.layersOnDevice(), layers));
      case Verdict.DoesNotFit no ->
          new VerdictText("no", "does not fit", "Does not fit: %s short".formatted(missing(no)));
      case Verdict.Unknown unknown ->
          new VerdictText("unknown", "not known", "Cannot be said: " + unknown.reason());
    };
  }

  private static Bytes missing(Verdict verdict) {
    return Bytes.ZERO.minus(verdict.headroom());
  }
}
