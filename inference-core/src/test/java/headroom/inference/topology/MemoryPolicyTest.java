package headroom.inference.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryPolicyTest {
  private MemoryPolicy policy;
  private List<Integer> nodes;

  @BeforeEach
  void whereTheSystemTellsIt() {
    assumeTrue(MemoryPolicy.ofSystem().isPresent(), "the system is not Linux");
    policy = MemoryPolicy.ofSystem().get();
    assumeTrue(
        policy.mode().equals(OptionalInt.of(MemoryPolicy.DEFAULT)),
        "the system keeps policies of memory to itself, or this process has one");
    nodes = Topology.ofSystem().orElseThrow().nodes().stream().map(Topology.Node::number).toList();
  }

  @Test
  void whatIsTouchedMeanwhileIsInterleavedAndThenNoLonger() {
    assumeTrue(
        policy.interleaved(nodes, () -> policy.mode().orElse(-1)) != MemoryPolicy.DEFAULT,
        "the system refuses");
    assertThat(policy.interleaved(nodes, policy::mode)).hasValue(MemoryPolicy.INTERLEAVE);
    assertThat(policy.mode()).hasValue(MemoryPolicy.DEFAULT);
  }

  @Test
  void anAllocationThatFailsLeavesNoPolicyBehind() {
    assertThatThrownBy(
            () ->
                policy.interleaved(
                    nodes,
                    () -> {
                      throw new OutOfMemoryError("none left");
                    }))
        .hasMessage("none left");
    assertThat(policy.mode()).hasValue(MemoryPolicy.DEFAULT);
  }

  @Test
  void nodesThatAreNotThereChangeNothing() {
    assertThat(policy.interleaved(List.of(1000), policy::mode)).hasValue(MemoryPolicy.DEFAULT);
  }

  @Test
  void aPolicyThatIsThereAlreadyStays() {
    assumeTrue(
        policy.interleaved(nodes, () -> policy.mode().orElse(-1)) != MemoryPolicy.DEFAULT,
        "the system refuses");
    policy.interleaved(
        nodes,
        () -> {
          policy.interleaved(nodes, () -> "");
          assertThat(policy.mode()).hasValue(MemoryPolicy.INTERLEAVE);
          return "";
        });
  }
}
