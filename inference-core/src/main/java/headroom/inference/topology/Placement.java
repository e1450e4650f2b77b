package headroom.inference.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which thread works near which memory: threads are spread over nodes by cores, and those of a node
 * have numbers side by side, so that neighbouring stretches of a matrix lie on one node.
 *
 * @param homes [threads] the node of each
 */
public record Placement(List<Topology.Node> homes) {
  public Placement {
    homes = List.copyOf(homes);
    if (homes.isEmpty()) {
      throw new IllegalArgumentException("threads are 0; wanted at least 1");
    }
  }

  /**
   * Spreads threads over a system's nodes.
   *
   * @param threads at least 1
   */
  public static Placement of(Topology topology, int threads) {
    List<Topology.Node> homes = new ArrayList<>();
    long coresBefore = 0;
    for (Topology.Node node : topology.nodes()) {
      coresBefore += node.cores();
      long end = threads * coresBefore / topology.cores();
      while (homes.size() < end) {
        homes.add(node);
      }
    }
    return new Placement(homes);
  }

  /** Threads in all. */
  public int threads() {
    return homes.size();
  }

  /** Nodes that have threads. */
  public List<Topology.Node> nodes() {
    return homes.stream().distinct().toList();
  }

  /** True where it matters which thread does what. */
  public boolean spread() {
    return nodes().size() > 1;
  }

  /**
   * All threads' numbers in the order in which a thread takes on their parts: itself, those of its
   * node, the others.
   */
  public int[] order(int thread) {
    int[] around = IntStream.range(0, threads()).map(i -> (thread + i) % threads()).toArray();
    return IntStream.concat(
            Arrays.stream(around).filter(other -> together(thread, other)),
            Arrays.stream(around).filter(other -> !together(thread, other)))
        .toArray();
  }

  /** Threads of this thread's node, itself included: the first so many of {@link #order}. */
  public int neighbours(int thread) {
    return (int) IntStream.range(0, threads()).filter(other -> together(thread, other)).count();
  }

  private boolean together(int thread, int other) {
    return homes.get(thread).equals(homes.get(other));
  }

  /** For people: {@code 2 nodes of memory, 16 threads each}. */
  @Override
  public String toString() {
    List<Topology.Node> nodes = nodes();
    List<Integer> counts =
        nodes.stream()
            .map(node -> (int) homes.stream().filter(home -> home.equals(node)).count())
            .toList();
    boolean even = counts.stream().distinct().count() == 1;
    int first = counts.getFirst();
    return "%d node%s of memory, %s"
        .formatted(
            nodes.size(),
            nodes.size() == 1 ? "" : "s",
            even
                ? "%d thread%s each".formatted(first, first == 1 ? "" : "s")
                : counts.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                    + " threads");
  }
}
