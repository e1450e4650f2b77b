package headroom.agent.bench;

import headroom.measure.Cell;
import headroom.measure.EnvironmentFacts.Ceiling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What measuring processes have told so far; made into cells when they are done. */
final class Measurements {
  /** One process's repetitions of one test. */
  private record Taken(List<Long> warmup, List<Long> samples) {
    Taken() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  private final List<String> tests;
  private final List<Map<String, Taken>> forks = new ArrayList<>();
  private final List<Ceiling> ceilings = new ArrayList<>();
  private final Map<String, Map<String, Long>> profiles = new LinkedHashMap<>();
  private Optional<ForkMessage.Loaded> loaded = Optional.empty();
  private boolean complete = true;

  Measurements(List<String> tests) {
    this.tests = tests;
  }

  /** The next messages are a new process's. */
  void nextFork() {
    Map<String, Taken> fork = new LinkedHashMap<>();
    tests.forEach(test -> fork.put(test, new Taken()));
    forks.add(fork);
  }

  void add(ForkMessage message) {
    switch (message) {
      case ForkMessage.Loaded first -> loaded = Optional.of(first);
      case ForkMessage.Ceiling(String what, int threads, double perSecond, String unit) ->
          ceilings.add(new Ceiling(what, threads, perSecond, unit));
      case ForkMessage.Profile(String test, Map<String, Long> nanos) -> profiles.put(test, nanos);
      case ForkMessage.Warmup(String test, long nanos) -> taken(test).warmup().add(nanos);
      case ForkMessage.Sample(String test, long nanos) -> taken(test).samples().add(nanos);
      case ForkMessage.Done(boolean all) -> complete &= all;
      case ForkMessage.Failed _ -> {}
    }
  }

  private Taken taken(String test) {
    return forks.getLast().computeIfAbsent(test, _ -> new Taken());
  }

  ForkMessage.Loaded loaded() {
    return loaded.orElseThrow(
        () -> new ForkFailedException("the measuring process never said that the model loaded"));
  }

  List<Ceiling> ceilings() {
    return ceilings;
  }

  /** Nanoseconds of each operation by test, of the last process. */
  Map<String, Map<String, Long>> profiles() {
    return profiles;
  }

  /** False where a process stopped at its time limit with fewer repetitions than wanted. */
  boolean complete() {
    return complete;
  }

  List<Cell> cells() {
    return tests.stream()
        .map(
            test ->
                new Cell(
                    test,
                    forks.stream()
                        .map(fork -> fork.getOrDefault(test, new Taken()))
                        .map(taken -> new Cell.Fork(taken.warmup(), taken.samples()))
                        .toList()))
        .toList();
  }
}
