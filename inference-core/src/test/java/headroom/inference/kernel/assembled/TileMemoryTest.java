package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.assembler.PageSource;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TileMemoryTest {
  @Test
  void noMoreIsTakenThanCanBeSpared() {
    try (TileMemory memory = new TileMemory(PageSource.ofSystem(), OptionalLong.of(10_000))) {
      Optional<MemorySegment> first = memory.take(6_000);
      assertThat(first).isPresent();
      assertThat(memory.take(5_000)).isEmpty();
      assertThat(memory.take(4_000)).isPresent();
      assertThat(memory.taken()).isEqualTo(10_000);
      assertThat(memory.refused()).isEqualTo(5_000);
      assertThat(first.get().byteSize()).isEqualTo(6_000);
    }
  }

  @Test
  void tilesEndWithTheirMemory() {
    TileMemory memory = new TileMemory(PageSource.ofSystem(), OptionalLong.empty());
    MemorySegment tiles = memory.take(100).orElseThrow();
    memory.close();
    assertThat(tiles.scope().isAlive()).isFalse();
  }

  @Test
  void availableMemoryIsReadFromTheKernelsOwnAccount() {
    assertThat(
            TileMemory.available(
                List.of("MemTotal:       24689764 kB", "MemAvailable:   23000000 kB")))
        .hasValue(23_000_000L << 10);
    assertThat(TileMemory.available(List.of("MemTotal: 5 kB"))).isEmpty();
  }
}
