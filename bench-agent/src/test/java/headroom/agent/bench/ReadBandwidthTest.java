package headroom.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReadBandwidthTest {
  @Test
  void memoryReadsAtAPlausibleRate() throws InterruptedException {
    // From an old single channel to more than any socket; the sums inside prove that all was read.
    assertThat(ReadBandwidth.measure(1, 128L << 20)).isBetween(5e8, 2e12);
    assertThat(ReadBandwidth.measure(2, 128L << 20)).isBetween(5e8, 4e12);
  }
}
