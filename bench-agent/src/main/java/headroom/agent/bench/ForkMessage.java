package headroom.agent.bench;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import headroom.agent.json.RunJson;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a measuring process tells, one JSON object a line. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "say")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ForkMessage.Loaded.class, name = "loaded"),
  @JsonSubTypes.Type(value = ForkMessage.Ceiling.class, name = "ceiling"),
  @JsonSubTypes.Type(value = ForkMessage.Warmup.class, name = "warmup"),
  @JsonSubTypes.Type(value = ForkMessage.Sample.class, name = "sample"),
  @JsonSubTypes.Type(value = ForkMessage.Profile.class, name = "profile"),
  @JsonSubTypes.Type(value = ForkMessage.Done.class, name = "done"),
  @JsonSubTypes.Type(value = ForkMessage.Failed.class, name = "failed")
})
public sealed interface ForkMessage {
  JsonMapper LINES = RunJson.mapper().rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * The model is ready.
   *
   * @param kernels that serve
   * @param kernelReason why these
   * @param threads worker threads
   * @param java virtual machine, as it names itself
   * @param jvmFlags of the process
   */
  record Loaded(
      String kernels, String kernelReason, int threads, String java, List<String> jvmFlags)
      implements ForkMessage {}

  /**
   * A measured ceiling.
   *
   * @param what {@code read-bandwidth}, {@code int8-multiply-add} or {@code f32-multiply-add}
   * @param threads that took part
   * @param perSecond best of the repetitions
   * @param unit {@code B/s} or {@code op/s}
   */
  record Ceiling(String what, int threads, double perSecond, String unit) implements ForkMessage {}

  /**
   * Where the time of one repetition went.
   *
   * @param test which
   * @param nanos by operation
   */
  record Profile(String test, Map<String, Long> nanos) implements ForkMessage {}

  /**
   * One uncounted repetition.
   *
   * @param test which
   * @param nanos its time
   */
  record Warmup(String test, long nanos) implements ForkMessage {}

  /**
   * One counted repetition.
   *
   * @param test which
   * @param nanos its time
   */
  record Sample(String test, long nanos) implements ForkMessage {}

  /**
   * Finished.
   *
   * @param complete false where the time limit came before enough repetitions
   */
  record Done(boolean complete) implements ForkMessage {}

  /**
   * Cannot go on, for a reason that the user can read.
   *
   * @param reason in one sentence
   */
  record Failed(String reason) implements ForkMessage {}

  /** One line without its line feed. */
  default String toLine() {
    return LINES.writerFor(ForkMessage.class).writeValueAsString(this);
  }

  /** Reads a line that {@link #toLine} wrote. */
  static ForkMessage ofLine(String line) {
    return LINES.readValue(line, ForkMessage.class);
  }
}
