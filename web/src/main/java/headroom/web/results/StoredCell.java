package headroom.web.results;

import headroom.measure.RunSummary;
import headroom.measure.Workload;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/** One row of {@code cells}: a summary in columns, for asking. */
@Embeddable
@SuppressWarnings("UnusedVariable") // columns for asking: queries read them, no method does
class StoredCell {
  private String test;

  @Column(name = "prompt_tokens")
  private int promptTokens;

  @Column(name = "generated_tokens")
  private int generatedTokens;

  private int depth;

  @Column(name = "median_rate")
  private double medianRate;

  @Column(name = "low_rate")
  private double lowRate;

  @Column(name = "high_rate")
  private double highRate;

  private int samples;

  @Column(name = "share_of_ceiling")
  private @Nullable Double shareOfCeiling;

  /** For Hibernate. */
  @SuppressWarnings("NullAway.Init")
  protected StoredCell() {}

  StoredCell(String test, RunSummary summary) {
    Workload workload = summary.workload();
    this.test = test;
    this.promptTokens = workload.promptTokens();
    this.generatedTokens = workload.generatedTokens();
    this.depth = workload.depth();
    this.medianRate = summary.median().tokensPerSecond();
    this.lowRate = summary.low().tokensPerSecond();
    this.highRate = summary.high().tokensPerSecond();
    this.samples = summary.samples();
    this.shareOfCeiling =
        summary.shareOfCeiling().isPresent() ? summary.shareOfCeiling().getAsDouble() : null;
  }

  String test() {
    return test;
  }
}
