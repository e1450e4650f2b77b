package headroom.agent.bench;

import headroom.inference.LanguageModel;
import headroom.inference.decode.Session;
import headroom.inference.transformer.Operation;
import headroom.measure.Workload;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Runs tests as llama-bench does: random token ids, no tokenizer, no sampler; prefill in one call,
 * decode one token at a time, both behind {@code depth} tokens that are not timed (<a
 * href="https://github.com/ggml-org/llama.cpp/tree/master/tools/llama-bench">llama-bench</a>).
 * Tests of one depth share a session, so that the depth is filled once.
 */
final class Repetition implements AutoCloseable {
  private final Map<Integer, Session> sessions = new HashMap<>();
  private final LanguageModel model;
  private final SplittableRandom random;

  Repetition(LanguageModel model, BenchPlan plan, List<Workload> workloads) {
    this.model = model;
    this.random = new SplittableRandom(plan.seed());
    for (int depth : workloads.stream().map(Workload::depth).distinct().toList()) {
      int longest =
          workloads.stream()
              .filter(workload -> workload.depth() == depth)
              .mapToInt(Workload::tokens)
              .max()
              .orElseThrow();
      Session session = model.newSession(plan.storage().spec(depth + longest));
      if (depth > 0) {
        session.forward(tokens(depth));
      }
      sessions.put(depth, session);
    }
  }

  /** Runs a test once and returns its time in nanoseconds. */
  long time(Workload workload) {
    Session session = java.util.Objects.requireNonNull(sessions.get(workload.depth()));
    if (session.reaches(workload.depth())) {
      session.truncate(workload.depth());
    } else { // an evicting cache, or one of windows that a long test has filled
      session.truncate(0);
      session.forward(tokens(workload.depth()));
    }
    int[] tokens = tokens(workload.tokens());
    long begin = System.nanoTime();
    if (workload.isPrefill()) {
      session.forward(tokens);
    } else {
      for (int token : tokens) {
        session.forward(token);
      }
    }
    return System.nanoTime() - begin;
  }

  /** Runs a test once and returns the nanoseconds of each operation, in the order they come. */
  Map<String, Long> profile(Workload workload) {
    Session session = java.util.Objects.requireNonNull(sessions.get(workload.depth()));
    session.times().reset();
    long whole = time(workload);
    Map<String, Long> found = new LinkedHashMap<>();
    long rest = whole;
    for (Map.Entry<Operation, Long> entry : session.times().nanos().entrySet()) {
      found.put(entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-'), entry.getValue());
      rest -= entry.getValue();
    }
    found.put("rest", rest);
    return found;
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, model.vocabularySize()).toArray();
  }

  @Override
  public void close() {
    Collection<Session> open = sessions.values();
    open.forEach(Session::close);
  }
}
