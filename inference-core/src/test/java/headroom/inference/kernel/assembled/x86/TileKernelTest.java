package headroom.inference.kernel.assembled.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.Disassembly;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.quant.QuantFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What kernels are made of, for instruction sets that this machine need not have. */
class TileKernelTest {
  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void everyFormatAndGroupHasAKernelThatFitsTheRegisters(InstructionSet set) {
    for (QuantFormat format : TileFormat.supported()) {
      TileFormat tiles = TileFormat.of(format, set).orElseThrow();
      for (int tokens = 1; tokens <= PackedLayout.GROUP; tokens++) {
        assertThat(set.product(tiles, tokens)).hasSizeGreaterThan(100);
      }
      byte[] one = set.product(tiles, 1);
      assertThat(set.productOfTwo(tiles).orElseThrow()).hasSizeGreaterThan(one.length);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AVX2, vpmaddubsw",
    "AVX_VNNI, {vex} vpdpbusd",
    "AVX512_VNNI, vpdpbusd",
  })
  void productsUseTheBestInstructionOfTheirSet(InstructionSet set, String wanted) {
    TileFormat tiles = TileFormat.of(QuantFormat.Q8_0, set).orElseThrow();
    Optional<List<String>> lines =
        Disassembly.of(TileKernel.assemble(tiles, set, 1, 8), Disassembly.Syntax.INTEL);
    assumeTrue(lines.isPresent(), "objdump is not installed (Debian: binutils)");
    // 8 quads with 8 tokens each, for every vector of rows.
    assertThat(lines.get().stream().filter(line -> line.startsWith(wanted)))
        .hasSize(64 * set.vectors());
    assertThat(lines.get()).contains("ret").noneMatch(line -> line.contains("(bad)"));
  }
}
