package headroom.inference.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GridsTest {
  /** Length and CRC-32 of each table's bytes in ggml-common.h (its integers little-endian). */
  static List<Arguments> tables() {
    return List.of(
        Arguments.of("iq1s_grid", Grids.IQ1, 2048 * 8, 3093195983L),
        Arguments.of("iq2xxs_grid", Grids.IQ2_XXS, 256 * 8, 2569338626L),
        Arguments.of("iq2xs_grid", Grids.IQ2_XS, 512 * 8, 4196277245L),
        Arguments.of("iq2s_grid", Grids.IQ2_S, 1024 * 8, 632183793L),
        Arguments.of("iq3xxs_grid", Grids.IQ3_XXS, 256 * 4, 129670864L),
        Arguments.of("iq3s_grid", Grids.IQ3_S, 512 * 4, 4118209779L));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void everyPointIsThatOfGgml(String name, byte[] grid, int bytes, long checksum) {
    CRC32 crc = new CRC32();
    crc.update(grid);
    assertThat(grid).as(name).hasSize(bytes);
    assertThat(crc.getValue()).as(name).isEqualTo(checksum);
  }

  @Test
  void eighthSignMakesTheirNumberEven() {
    // The first and the last four of ksigns_iq2xs in ggml-common.h.
    assertThat(IntStream.of(0, 1, 2, 3, 124, 125, 126, 127).map(Grids::signs))
        .containsExactly(0, 129, 130, 3, 252, 125, 126, 255);
  }
}
