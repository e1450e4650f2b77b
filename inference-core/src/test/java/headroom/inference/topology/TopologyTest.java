package headroom.inference.topology;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyTest {
  private static final String ONLINE = "sys/devices/system/cpu/online";
  private static final String STATUS = "proc/self/status";

  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private void node(int number, String processors) throws IOException {
    file("sys/devices/system/node/node" + number + "/cpulist", processors);
  }

  private void allowed(String processors) throws IOException {
    file(STATUS, "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + processors);
  }

  /** The hardware threads of each core. */
  private void cores(String... siblings) throws IOException {
    for (String together : siblings) {
      for (int processor : ProcessorList.parse(together).orElseThrow()) {
        file("sys/devices/system/cpu/cpu" + processor + "/topology/thread_siblings_list", together);
      }
    }
  }

  private List<Topology.Node> nodes() {
    return Topology.read(root).orElseThrow().nodes();
  }

  @Test
  void oneNodeWithACoreForEachProcessor() throws IOException {
    file(ONLINE, "0-1");
    allowed("0-1");
    node(0, "0-1");
    cores("0", "1");
    assertThat(nodes()).containsExactly(new Topology.Node(0, List.of(0, 1), 2));
  }

  /** As Linux counts on a two-socket server: first one thread of each core, then the others. */
  @Test
  void twoNodesOfCoresWithTwoHardwareThreads() throws IOException {
    file(ONLINE, "0-7");
    allowed("0-7");
    node(0, "0-1,4-5");
    node(1, "2-3,6-7");
    cores("0,4", "1,5", "2,6", "3,7");
    assertThat(nodes())
        .containsExactly(
            new Topology.Node(0, List.of(0, 1, 4, 5), 2),
            new Topology.Node(1, List.of(2, 3, 6, 7), 2));
    assertThat(Topology.read(root).orElseThrow().cores()).isEqualTo(4);
  }

  @Test
  void confinedToOneNodeItKnowsNoOther() throws IOException {
    file(ONLINE, "0-7");
    allowed("2-3,6-7");
    node(0, "0-1,4-5");
    node(1, "2-3,6-7");
    cores("0,4", "1,5", "2,6", "3,7");
    assertThat(nodes()).containsExactly(new Topology.Node(1, List.of(2, 3, 6, 7), 2));
  }

  @Test
  void oneHardwareThreadOfACoreIsACore() throws IOException {
    file(ONLINE, "0-3");
    allowed("0,2-3");
    node(0, "0-3");
    cores("0-1", "2-3");
    assertThat(nodes()).containsExactly(new Topology.Node(0, List.of(0, 2, 3), 2));
  }

  /** Memory on its own: CXL, or a socket whose processors are offline. */
  @Test
  void aNodeWithoutProcessorsIsLeftOut() throws IOException {
    file(ONLINE, "0-1");
    allowed("0-1");
    node(0, "0-1");
    node(2, "");
    cores("0", "1");
    assertThat(nodes()).containsExactly(new Topology.Node(0, List.of(0, 1), 2));
  }

  /** What a process is allowed counts processors that may be plugged in one day. */
  @Test
  void processorsThatAreOfflineAreLeftOut() throws IOException {
    file(ONLINE, "0,2-3");
    allowed("0-255");
    node(0, "0");
    node(1, "2-3");
    cores("0", "2", "3");
    assertThat(nodes())
        .containsExactly(
            new Topology.Node(0, List.of(0), 1), new Topology.Node(1, List.of(2, 3), 2));
  }

  @Test
  void withoutNodesAllMemoryIsOne() throws IOException {
    file(ONLINE, "0-3");
    cores("0-1", "2-3");
    assertThat(nodes()).containsExactly(new Topology.Node(0, List.of(0, 1, 2, 3), 2));
  }

  @Test
  void nodesThatDoNotNameEveryProcessorAreNotBelieved() throws IOException {
    file(ONLINE, "0-1");
    node(1, "1");
    cores("0", "1");
    assertThat(nodes()).containsExactly(new Topology.Node(0, List.of(0, 1), 2));
  }

  @Test
  void withoutCoresNothingIsKnown() throws IOException {
    assertThat(Topology.read(root)).isEmpty();
    file(ONLINE, "0-1");
    cores("0");
    assertThat(Topology.read(root)).isEmpty();
    cores("0", "1");
    file(ONLINE, "0-one");
    assertThat(Topology.read(root)).isEmpty();
  }

  @Test
  void confinedToWhatIsNotThereNothingIsKnown() throws IOException {
    file(ONLINE, "0-1");
    allowed("4-5");
    cores("0", "1");
    assertThat(Topology.read(root)).isEmpty();
  }

  @Test
  void listsAreReadAsLinuxWritesThem() {
    for (Map.Entry<String, List<Integer>> list :
        Map.of(
                "0-3,8,10-11\n",
                List.of(0, 1, 2, 3, 8, 10, 11),
                "5",
                List.of(5),
                "\n",
                List.<Integer>of())
            .entrySet()) {
      assertThat(ProcessorList.parse(list.getKey()).orElseThrow())
          .containsExactlyElementsOf(list.getValue());
    }
    for (String broken : List.of("0-", "a", "1,,2", "0-3:1/2", "99999999999")) {
      assertThat(ProcessorList.parse(broken)).as(broken).isEmpty();
    }
  }

  @Test
  void thisMachinesProcessorsAreThoseThatJavaCounts() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(LoadOptions.defaultThreads()).isBetween(1, processors);
    Topology.ofSystem()
        .ifPresent(
            here -> {
              assertThat(here.nodes().stream().mapToInt(node -> node.processors().size()).sum())
                  .isGreaterThanOrEqualTo(processors);
              assertThat(LoadOptions.defaultThreads()).isLessThanOrEqualTo(here.cores());
            });
  }
}
