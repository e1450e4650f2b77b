package headroom.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WarmthTest {
  private static final long NO_CAP = Long.MAX_VALUE;

  @Test
  void threeThatAgreeAreEnough() {
    assertThat(Warmth.reached(List.of(200L, 101L, 100L, 102L), NO_CAP)).isTrue();
  }

  @Test
  void lastThreeMustAgree() {
    assertThat(Warmth.reached(List.of(100L, 100L, 100L, 103L), NO_CAP)).isFalse();
    assertThat(Warmth.reached(List.of(100L, 100L), NO_CAP)).isFalse();
  }

  @Test
  void eightAreEnoughInAnyCase() {
    assertThat(Warmth.reached(List.of(1L, 9L, 1L, 9L, 1L, 9L, 1L), NO_CAP)).isFalse();
    assertThat(Warmth.reached(List.of(1L, 9L, 1L, 9L, 1L, 9L, 1L, 9L), NO_CAP)).isTrue();
  }

  @Test
  void timeCapLeavesAtLeastOne() {
    assertThat(Warmth.reached(List.of(), 0)).isFalse();
    assertThat(Warmth.reached(List.of(50L), 50)).isTrue();
  }
}
