package headroom.inference.assembler.arm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  /** All other bits set, then those that count. */
  @Test
  void featuresAreThoseThatTheSystemTells() {
    assertThat(CpuFeatures.of(~(1L << 20), ~(1L << 13))).isEqualTo(CpuFeatures.NONE);
    assertThat(CpuFeatures.of(1 << 20, 0)).isEqualTo(new CpuFeatures(true, false));
    assertThat(CpuFeatures.of(1 << 20, 1 << 13)).isEqualTo(new CpuFeatures(true, true));
  }

  @Test
  void anotherProcessorHasNone() {
    if (!CpuFeatures.isLinuxOnArm()) {
      assertThat(CpuFeatures.detect()).isEqualTo(CpuFeatures.NONE);
    }
  }
}
