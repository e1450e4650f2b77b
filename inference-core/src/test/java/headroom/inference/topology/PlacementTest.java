package headroom.inference.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementTest {
  /** Nodes 0, 1, ... with so many cores of one hardware thread each. */
  private static Topology nodes(int... cores) {
    int[] first = {0};
    return new Topology(
        IntStream.range(0, cores.length)
            .mapToObj(
                number -> {
                  List<Integer> near =
                      IntStream.range(first[0], first[0] + cores[number]).boxed().toList();
                  first[0] += cores[number];
                  return new Topology.Node(number, near, cores[number]);
                })
            .toList());
  }

  private static List<Integer> homes(Placement placement) {
    return placement.homes().stream().map(Topology.Node::number).toList();
  }

  @Test
  void threadsAreSpreadByCoresAndNeighboursHaveNumbersSideBySide() {
    assertThat(homes(Placement.of(nodes(2, 2), 4))).containsExactly(0, 0, 1, 1);
    assertThat(homes(Placement.of(nodes(2, 2), 8))).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    assertThat(homes(Placement.of(nodes(1, 3), 4))).containsExactly(0, 1, 1, 1);
    assertThat(homes(Placement.of(nodes(2, 2, 2), 4))).containsExactly(0, 1, 2, 2);
    assertThat(homes(Placement.of(nodes(64, 64), 2))).containsExactly(0, 1);
  }

  @Test
  void everyNumberOfThreadsIsSpreadInFull() {
    for (int threads = 1; threads <= 300; threads++) {
      Placement placement = Placement.of(nodes(7, 64, 1, 12), threads);
      assertThat(placement.threads()).isEqualTo(threads);
      assertThat(homes(placement)).isSorted();
    }
  }

  @Test
  void aThreadTakesOnItsOwnPartsThenItsNeighboursThenTheOthers() {
    Placement placement = Placement.of(nodes(2, 3), 5);
    assertThat(placement.order(0)).containsExactly(0, 1, 2, 3, 4);
    assertThat(placement.order(1)).containsExactly(1, 0, 2, 3, 4);
    assertThat(placement.order(3)).containsExactly(3, 4, 2, 0, 1);
    assertThat(placement.neighbours(0)).isEqualTo(2);
    assertThat(placement.neighbours(4)).isEqualTo(3);
  }

  @Test
  void oneNodeOrOneThreadIsNotSpread() {
    assertThat(Placement.of(nodes(4), 4).spread()).isFalse();
    assertThat(Placement.of(nodes(4, 4), 1).spread()).isFalse();
    assertThat(Placement.of(nodes(4, 4), 2).spread()).isTrue();
  }

  @Test
  void itSaysHowManyThreadsANodeHas() {
    assertThat(Placement.of(nodes(16, 16), 32)).hasToString("2 nodes of memory, 16 threads each");
    assertThat(Placement.of(nodes(1, 1), 2)).hasToString("2 nodes of memory, 1 thread each");
    assertThat(Placement.of(nodes(4, 8), 3)).hasToString("2 nodes of memory, 1 and 2 threads");
  }

  @Test
  void noThreadsAreRefused() {
    assertThatThrownBy(() -> Placement.of(nodes(2), 0))
        .hasMessage("threads are 0; wanted at least 1");
  }
}
