package headroom.web.claims;

import headroom.claim.Claims.Judged;
import headroom.claim.Finding;
import headroom.claim.Truth;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Every statement, those that do not hold first.
 *
 * @param rows one for each statement
 */
record ClaimsPage(List<Row> rows) {

  /**
   * One statement.
   *
   * @param id of its anchor
   * @param statement what is said
   * @param truth in words
   * @param tone class of the badge
   * @param computed what the calculator found
   * @param lesson what to keep in mind
   * @param calculator the same question to the calculator, where a device is named
   */
  record Row(
      String id,
      String statement,
      String truth,
      String tone,
      String computed,
      String lesson,
      Optional<String> calculator) {}

  static ClaimsPage of(List<Judged> judged) {
    return new ClaimsPage(
        judged.stream()
            .sorted(Comparator.comparingInt(one -> rank(one.finding().truth())))
            .map(ClaimsPage::row)
            .toList());
  }

  public long failing() {
    return rows.stream().filter(row -> row.truth().equals(Truth.FAILS.label())).count();
  }

  private static int rank(Truth truth) {
    return switch (truth) {
      case FAILS -> 0;
      case OPEN -> 1;
      case HOLDS -> 2;
    };
  }

  private static Row row(Judged judged) {
    Finding finding = judged.finding();
    return new Row(
        judged.claim().id(),
        judged.claim().statement(),
        finding.truth().label(),
        switch (finding.truth()) {
          case FAILS -> "no";
          case OPEN -> "offload";
          case HOLDS -> "fits";
        },
        finding.computed(),
        judged.claim().lesson(),
        finding.asked().flatMap(ClaimsPage::address));
  }

  private static Optional<String> address(Finding.Asked asked) {
    return asked
        .device()
        .map(
            device ->
                "/fit?model=%s&device=%s&quant=%s&context=%d"
                    .formatted(
                        encoded(asked.model()),
                        encoded(device),
                        encoded(asked.quant()),
                        asked.context()));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
