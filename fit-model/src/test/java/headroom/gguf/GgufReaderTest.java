package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.quant.QuantFormat;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GgufReaderTest {
  @Test
  void readsPairsAndTensors() throws IOException {
    GgufHeader header =
        GgufBytes.header(1, 2)
            .stringPair("general.architecture", "llama")
            .u32Pair("llama.block_count", 7)
            .tensor("token_embd.weight", 32, 4, 8, 0)
            .data(4 * 34)
            .read();

    assertThat(header.version()).isEqualTo(3);
    assertThat(header.metadata().getString("general.architecture")).isEqualTo("llama");
    assertThat(header.metadata().getInt("llama.block_count")).isEqualTo(7);
    assertThat(header.tensors())
        .containsExactly(
            new TensorInfo("token_embd.weight", List.of(32L, 4L), QuantFormat.Q8_0, 0));
    assertThat(header.dataOffset()).isEqualTo(header.fileBytes() - 4 * 34);
  }

  @Test
  void aForeignFileIsNamed() {
    assertFault(
        new GgufBytes().ascii("<!doctype html>"),
        "test.gguf @ 0: found bytes 3c21646f, a web page: a Hugging Face link to a file has"
            + " /resolve/ where the page has /blob/; wanted 'GGUF'");
    assertFault(new GgufBytes().ascii("vers"), "a Git LFS pointer");
    assertFault(
        new GgufBytes().ascii("abcd"),
        "test.gguf @ 0: found bytes 61626364; wanted 47475546, the 'GGUF' that such a file begins"
            + " with");
  }

  @Test
  void otherVersionsAreNamed() {
    assertFault(
        new GgufBytes().ascii("GGUF").u32(1).u64(0).u64(0),
        "test.gguf @ 4: found version 1, which llama.cpp dropped in 2023; wanted 2 or 3");
    assertFault(new GgufBytes().ascii("GGUF").u32(4), "found version 4; wanted 2 or 3");
    assertFault(
        new GgufBytes().ascii("GGUF").u32(0x03000000), "found a big-endian file (version bytes");
  }

  @Test
  void hugeCountsFailAtOnce() {
    long huge = 1L << 60;
    assertFault(
        GgufBytes.header(huge, 0),
        "test.gguf @ 8: found a count of 1152921504606846976 tensors; wanted at most the 0");
    assertFault(GgufBytes.header(0, -1), "found a count of 18446744073709551615 key-value pairs");
    assertFault(
        GgufBytes.header(0, 1).u64(huge).ascii("keys of some length"),
        "found a length of 1152921504606846976 bytes for key 0");
    assertFault(
        GgufBytes.header(0, 1).string("list").u32(9).u32(4).u64(huge),
        "found a count of 1152921504606846976 elements in 'list'");
    assertFault(
        GgufBytes.header(1, 0).tensor("x", huge, huge, 0, 0),
        "found dimension 1 of tensor 'x' to be 1152921504606846976");
    assertFault(
        GgufBytes.header(1, 0).tensor("x", 1L << 40, 1L << 22, 0, 0),
        "wanted less than 2^63 bytes");
  }

  @Test
  void hugeClaimsOfAFileThatClaimsToBeHugeAllocateOnlyWhatComes() {
    byte[] strings = GgufBytes.header(0, 1).string("list").u32(9).u32(8).u64(1L << 40).bytes();
    assertThatThrownBy(() -> GgufReader.read(GgufBytes.claiming(strings, 1L << 62)))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("found the end of the file");
    byte[] text = GgufBytes.header(0, 1).string("text").u32(8).u64(60L << 20).bytes();
    assertThatThrownBy(() -> GgufReader.read(GgufBytes.claiming(text, 1L << 62)))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("found the end of the file");
  }

  @Test
  void metadataPastTheBudgetIsRefused() {
    GgufBytes bytes = GgufBytes.header(0, 1).string("list").u32(9).u32(8).u64(10_000);
    for (int i = 0; i < 10_000; i++) {
      bytes.string("");
    }
    assertThatThrownBy(() -> GgufReader.read(GgufBytes.source(bytes.bytes()), 1 << 18))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("found metadata that needs more than 0 MiB");
  }

  @Test
  void nestedArraysAreReadToADepth() throws IOException {
    GgufBytes two =
        GgufBytes.header(0, 1).string("a").u32(9).u32(9).u64(1).u32(0).u64(2).u8(5).u8(6);
    assertThat(two.read().metadata().find("a")).hasValue(List.of(List.of(5L, 6L)));

    GgufBytes deep = GgufBytes.header(0, 1).string("a").u32(9);
    for (int i = 0; i < 1000; i++) {
      deep.u32(9).u64(1);
    }
    assertFault(deep, "found arrays nested deeper than 4 in 'a'");
  }

  @Test
  void repeatedNamesAreRefused() {
    assertFault(
        GgufBytes.header(0, 2).u32Pair("k", 1).u32Pair("k", 1),
        "found key 'k' twice; wanted it once");
    assertFault(
        GgufBytes.header(2, 0).tensor("x", 1, 1, 0, 0).tensor("x", 1, 1, 0, 32).data(64),
        "found tensor 'x' twice");
  }

  @Test
  void formatsThatCannotBeReadAreNamed() {
    assertFault(
        GgufBytes.header(1, 0).tensor("x", 32, 1, 31, 0).data(64),
        "tensor 'x' has format 31 (removed: Q4_0_4_4); this build reads F32 (0) to Q2_0 (42)");
    assertFault(
        GgufBytes.header(1, 0).tensor("x", 32, 1, 99, 0).data(64), "has format 99 (unknown)");
  }

  @Test
  void tensorsMustLieInTheFileAlignedAndApart() {
    assertFault(
        GgufBytes.header(1, 0).tensor("x", 32, 1, 0, 0).data(100),
        "found tensor 'x' with 128 bytes at offset 0 of the tensor data; wanted it inside the file,"
            + " which has 100 bytes there (is the download complete?)");
    assertFault(
        GgufBytes.header(1, 0).tensor("x", 8, 1, 0, 8).data(100),
        "found offset 8 for tensor 'x'; wanted a multiple of 32");
    assertFault(
        GgufBytes.header(2, 0).tensor("x", 16, 1, 0, 0).tensor("y", 8, 1, 0, 32).data(64),
        "found tensor 'y' at offset 32 inside tensor 'x', which ends at 64; wanted them apart");
    assertFault(
        GgufBytes.header(1, 0).tensor("x", 33, 1, 8, 0).data(100),
        "found rows of 33 elements in tensor 'x' (Q8_0); wanted a multiple of 32");
    assertFault(
        GgufBytes.header(1, 0).string("x").u32(5).data(100), "found 5 dimensions in tensor 'x'");
  }

  @Test
  void alignmentMustBeAPowerOfTwo() {
    assertFault(
        GgufBytes.header(0, 1).u32Pair("general.alignment", 24),
        "found general.alignment = 24 (UINT32); wanted a u32 that is a power of two from 8");
    assertFault(
        GgufBytes.header(0, 1).stringPair("general.alignment", "32"),
        "found general.alignment = 32 (STRING)");
  }

  @Test
  void booleansAreZeroOrOne() {
    assertFault(
        GgufBytes.header(0, 1).string("flag").u32(7).u8(2), "found 2 for 'flag'; wanted 0 or 1");
  }

  @Test
  void faultsNameTheirOffset() {
    assertThatThrownBy(() -> GgufBytes.header(0, 1).string("flag").u32(13).u8(0).read())
        .isInstanceOfSatisfying(
            GgufFormatException.class, e -> assertThat(e.offset()).isEqualTo(24 + 8 + 4))
        .hasMessage("test.gguf @ 36: found type 13 for the value of 'flag'; wanted 0-12");
  }

  private static void assertFault(GgufBytes bytes, String message) {
    assertThatThrownBy(bytes::read)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining(message);
  }
}
