package headroom.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheFormatTest {
  @Test
  void blockFormatsCountWholeBlocks() {
    assertThat(CacheFormat.of(QuantFormat.Q8_0).rowBytes(1024)).isEqualTo(Bytes.of(1088));
    assertThat(CacheFormat.F16.rowBytes(1024)).isEqualTo(Bytes.of(2048));
  }

  @Test
  void schemesOfPapersRoundUpToAByte() {
    CacheFormat oscar = new CacheFormat("oscar-2", 2.28, Optional.empty(), "arXiv 2605.17757");
    assertThat(oscar.rowBytes(1024)).isEqualTo(Bytes.of(292));
    assertThat(oscar.fitsRow(7)).isTrue();
  }

  @Test
  void brokenBlocksAreNamed() {
    CacheFormat q8 = CacheFormat.of(QuantFormat.Q8_0);
    assertThat(q8.fitsRow(80)).isFalse();
    assertThatThrownBy(() -> q8.rowBytes(80)).hasMessageContaining("80").hasMessageContaining("32");
  }

  @Test
  void bitsMustBeAboveZero() {
    assertThatThrownBy(() -> new CacheFormat("none", 0, Optional.empty(), "nowhere"))
        .hasMessageContaining("none")
        .hasMessageContaining("wanted above 0");
  }

  @Test
  void cellsArePaddedTo256() {
    assertThat(CacheCells.full(1).cells()).isEqualTo(256);
    assertThat(CacheCells.full(8192).cells()).isEqualTo(8192);
    assertThat(CacheCells.full(8193).cells()).isEqualTo(8448);
  }

  @Test
  void windowCellsCountEverySequenceAndOneMicroBatch() {
    // gpt-oss-120b with four sequences, as logged: 1024 cells.
    assertThat(CacheCells.sliding(128, 65536, 4, 512).cells()).isEqualTo(1024);
    assertThat(CacheCells.sliding(1024, 512, 1, 512).cells()).isEqualTo(512);
  }

  @Test
  void evictionNeverKeepsMoreThanTheContext() {
    assertThat(CacheCells.evicted(2048, 1000, 1).cells()).isEqualTo(1024);
    assertThat(CacheCells.evicted(2048, 32768, 2).cells()).isEqualTo(4096);
  }
}
