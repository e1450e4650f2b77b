package headroom.web.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One page of runs.
 *
 * @param page from 1
 * @param size runs on a full page
 * @param total runs that the filter finds on all pages
 */
record RunList(int page, int size, long total, List<Row> runs) {
  /**
   * One run.
   *
   * @param created when it was measured
   * @param received when it was sent
   * @param document address of the document as sent
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Row(
      UUID id,
      Instant created,
      Instant received,
      String agent,
      String cpu,
      String engine,
      String engineBuild,
      String kernels,
      int threads,
      String model,
      Optional<String> shape,
      String format,
      String keyFormat,
      String valueFormat,
      boolean synthetic,
      String state,
      Optional<String> reason,
      String document,
      List<Cell> cells) {}

  /**
   * One test; rates in tokens per second, computed here from the run's samples.
   *
   * @param low lower end of the 95 % interval
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Cell(
      String test,
      double median,
      double low,
      double high,
      int samples,
      Optional<Double> shareOfCeiling) {}

  int pages() {
    return (int) Math.max(1, (total + size - 1) / size);
  }
}
