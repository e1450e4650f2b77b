package headroom.inference.kernel;

import headroom.inference.topology.Affinity;
import headroom.inference.topology.MemoryPolicy;
import headroom.inference.topology.Placement;
import headroom.inference.topology.Topology;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where one of some threads works, and whose stretches it takes on in which order. */
final class Home {
  private final int[] order;
  private final int neighbours;

  /** Null where a thread runs wherever the system puts it. */
  private final @Nullable Anchor anchor;

  private Home(int[] order, int neighbours, @Nullable Anchor anchor) {
    this.order = order;
    this.neighbours = neighbours;
    this.anchor = anchor;
  }

  /** Homes of threads that run where the system puts them, at least one. */
  static Home[] anywhere(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads are " + count + "; wanted at least 1");
    }
    return IntStream.range(0, count)
        .mapToObj(
            self ->
                new Home(
                    IntStream.range(0, count).map(i -> (self + i) % count).toArray(), count, null))
        .toArray(Home[]::new);
  }

  /** Homes near nodes of memory; anywhere where there is but one. */
  static Home[] of(Placement placement) {
    if (!placement.spread()) {
      return anywhere(placement.threads());
    }
    Optional<Affinity> affinity = Affinity.ofSystem();
    return IntStream.range(0, placement.threads())
        .mapToObj(
            self ->
                new Home(
                    placement.order(self),
                    placement.neighbours(self),
                    new Anchor(placement, placement.homes().get(self).processors(), affinity)))
        .toArray(Home[]::new);
  }

  /** The stretch that is taken on {@code i}-th: its own, its neighbours', the others'. */
  int stretch(int i) {
    return order[i];
  }

  /** Stretches of its node, its own included: the first so many. */
  int neighbours() {
    return neighbours;
  }

  boolean oneOfSeveral() {
    return anchor != null;
  }

  /** Confines the calling thread, which is ours, to its node. */
  void settle() {
    if (anchor != null) {
      anchor.settle();
    }
  }

  /**
   * Takes the calling thread to its node if it is elsewhere. It is someone else's, so it stays free
   * to go, and Linux seldom moves what runs: asking where it is takes 7 ns, while confining and
   * freeing it takes 3.4 µs, a third of a millisecond a token (Zen 3, JDK 25, Linux 6.18).
   */
  void visit() {
    if (anchor != null) {
      anchor.visit();
    }
  }

  /** Keeps the calling thread, which is someone else's, near its node for a task. */
  void during(Runnable task) {
    if (anchor != null) {
      anchor.during(task);
    } else {
      task.run();
    }
  }

  /** Spreads what is allocated over the nodes that have threads. */
  <T> T interleaved(Supplier<T> allocation) {
    Optional<MemoryPolicy> policy = anchor == null ? Optional.empty() : MemoryPolicy.ofSystem();
    return anchor == null || policy.isEmpty()
        ? allocation.get()
        : policy
            .get()
            .interleaved(
                anchor.placement.nodes().stream().map(Topology.Node::number).toList(), allocation);
  }

  /** Where all threads are, in a sentence; empty where they are anywhere. */
  static String remark(Home[] homes) {
    Anchor first = homes[0].anchor;
    if (first == null) {
      return "";
    }
    return Arrays.stream(homes)
        .map(home -> home.anchor == null ? null : home.anchor.refusal)
        .filter(Objects::nonNull)
        .findFirst()
        .map(
            reason ->
                "%s, but not kept there: sched_setaffinity was refused (%s)."
                    .formatted(first.placement, reason))
        .orElseGet(() -> "%s, kept there.".formatted(first.placement));
  }

  /** What keeps a thread near its node. */
  private static final class Anchor {
    private final Placement placement;
    private final List<Integer> processors;
    private final BitSet near = new BitSet();
    private final @Nullable Affinity affinity;
    private volatile @Nullable String refusal;

    Anchor(Placement placement, List<Integer> processors, Optional<Affinity> affinity) {
      this.placement = placement;
      this.processors = processors;
      processors.forEach(near::set);
      this.affinity = affinity.orElse(null);
      this.refusal = affinity.isPresent() ? null : "native functions may not be called";
    }

    void settle() {
      if (affinity != null) {
        refusal = affinity.bind(processors).orElse(null);
      }
    }

    void visit() {
      int now = affinity == null ? -1 : affinity.processor();
      if (affinity != null && now >= 0 && !near.get(now)) {
        affinity.visit(processors);
      }
    }

    void during(Runnable task) {
      if (affinity != null) {
        affinity.during(task, processors);
      } else {
        task.run();
      }
    }
  }
}
