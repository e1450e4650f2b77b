package headroom.inference;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.topology.Topology;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadOptionsTest {
  /** Four cores on two nodes, of two hardware threads each. */
  private static final Topology EIGHT_PROCESSORS =
      new Topology(
          List.of(
              new Topology.Node(0, List.of(0, 1, 4, 5), 2),
              new Topology.Node(1, List.of(2, 3, 6, 7), 2)));

  @Test
  void aCoreHasOneThreadWhateverItCouldHave() {
    assertThat(LoadOptions.defaultThreads(Optional.of(EIGHT_PROCESSORS), 8)).isEqualTo(4);
  }

  @Test
  void aContainersQuotaBoundsThem() {
    assertThat(LoadOptions.defaultThreads(Optional.of(EIGHT_PROCESSORS), 3)).isEqualTo(3);
  }

  @Test
  void whereCoresAreNotToldEveryProcessorHasAThread() {
    assertThat(LoadOptions.defaultThreads(Optional.empty(), 8)).isEqualTo(8);
  }

  @Test
  void defaultsAreThoseOfThisMachine() {
    assertThat(LoadOptions.defaults().threads()).isEqualTo(LoadOptions.defaultThreads());
  }
}
