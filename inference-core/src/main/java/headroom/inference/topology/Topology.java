package headroom.inference.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The processors that this process may use, by the node of memory that they are near.
 *
 * @param nodes ascending; at least one, each with processors
 */
public record Topology(List<Node> nodes) {
  private static final String CPUS = "sys/devices/system/cpu";
  private static final String NODES = "sys/devices/system/node";
  private static final String ALLOWED = "Cpus_allowed_list:";

  public Topology {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a topology has no node; wanted at least 1");
    }
  }

  /**
   * Memory and the processors near it.
   *
   * @param number as the system counts
   * @param processors that may be used, ascending: hardware threads, as the system counts them
   * @param cores physical ones that these belong to
   */
  public record Node(int number, List<Integer> processors, int cores) {
    public Node {
      processors = List.copyOf(processors);
      if (cores < 1 || cores > processors.size()) {
        throw new IllegalArgumentException(
            "node %d has %d cores; wanted 1 to %d, which its processors are"
                .formatted(number, cores, processors.size()));
      }
    }
  }

  /** That of this process; empty where the system does not say it in files, as Linux does. */
  public static Optional<Topology> ofSystem() {
    return System.getProperty("os.name", "").startsWith("Linux")
        ? read(Path.of("/"))
        : Optional.empty();
  }

  /**
   * Reads what Linux says (<a
   * href="https://docs.kernel.org/admin-guide/cputopology.html">cputopology</a>, <a
   * href="https://github.com/torvalds/linux/blob/v6.12/Documentation/ABI/stable/sysfs-devices-node">nodes</a>,
   * proc_pid_status(5)). Without nodes, all memory is one; empty where cores are not told.
   *
   * @param root where {@code /proc} and {@code /sys} hang
   */
  public static Optional<Topology> read(Path root) {
    Optional<SortedSet<Integer>> online = list(root, CPUS + "/online");
    if (online.isEmpty()) {
      return Optional.empty();
    }
    SortedSet<Integer> usable = new TreeSet<>(online.get());
    allowed(root).ifPresent(usable::retainAll);
    Map<Integer, Integer> nodeOf = nodes(root);
    if (!nodeOf.keySet().containsAll(usable)) {
      nodeOf = Map.of();
    }
    SortedMap<Integer, List<Integer>> processors = new TreeMap<>();
    SortedMap<Integer, SortedSet<Integer>> cores = new TreeMap<>();
    for (int processor : usable) {
      Optional<SortedSet<Integer>> siblings =
          list(root, CPUS + "/cpu" + processor + "/topology/thread_siblings_list");
      if (siblings.isEmpty() || siblings.get().isEmpty()) {
        return Optional.empty();
      }
      int node = nodeOf.getOrDefault(processor, 0);
      processors.computeIfAbsent(node, _ -> new ArrayList<>()).add(processor);
      cores.computeIfAbsent(node, _ -> new TreeSet<>()).add(siblings.get().first());
    }
    List<Node> nodes = new ArrayList<>();
    processors.forEach(
        (number, near) ->
            nodes.add(
                new Node(number, near, cores.getOrDefault(number, new TreeSet<>(near)).size())));
    return nodes.isEmpty() ? Optional.empty() : Optional.of(new Topology(nodes));
  }

  /** Physical cores of which this process may use a processor. */
  public int cores() {
    return nodes.stream().mapToInt(Node::cores).sum();
  }

  /** What this process was confined to; that counts processors too which are not there. */
  private static Optional<SortedSet<Integer>> allowed(Path root) {
    return text(root.resolve("proc/self/status"))
        .flatMap(status -> status.lines().filter(line -> line.startsWith(ALLOWED)).findFirst())
        .flatMap(line -> ProcessorList.parse(line.substring(ALLOWED.length())));
  }

  /** The node of each processor; empty where the system knows of none. */
  private static Map<Integer, Integer> nodes(Path root) {
    Map<Integer, Integer> nodeOf = new TreeMap<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(root.resolve(NODES), "node[0-9]*")) {
      for (Path folder : folders) {
        int node = Integer.parseInt(folder.getFileName().toString().substring("node".length()));
        text(folder.resolve("cpulist"))
            .flatMap(ProcessorList::parse)
            .ifPresent(near -> near.forEach(processor -> nodeOf.put(processor, node)));
      }
    } catch (IOException | NumberFormatException e) {
      return Map.of();
    }
    return nodeOf;
  }

  private static Optional<SortedSet<Integer>> list(Path root, String file) {
    return text(root.resolve(file)).flatMap(ProcessorList::parse);
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }
}
