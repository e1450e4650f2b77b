package headroom.inference.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.decode.Session;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.WeightFile;
import headroom.kv.KvCacheSpec;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizerTest {
  @TempDir Path folder;

  /** Rows of 128 and 256 weights, norms in F32. */
  private final Path model = GoldenFiles.of("llama-f32.gguf");

  private List<QuantizedTensor> quantize(Path in, GgufMix mix, boolean pure, Path out)
      throws IOException {
    try (WeightFile file = WeightFile.open(in);
        Threads threads = new Threads(2)) {
      List<QuantizedTensor> heard = new ArrayList<>();
      List<QuantizedTensor> done =
          Quantizer.write(
              file, QuantizationPlan.of(file.header(), mix, pure), out, threads, heard::add);
      assertThat(heard).isEqualTo(done);
      return done;
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "Q4_0",
        "Q4_1",
        "Q5_0",
        "Q5_1",
        "Q8_0",
        "Q2_K",
        "Q3_K_M",
        "Q4_K_M",
        "Q5_K_S",
        "Q6_K",
        "IQ4_NL",
        "IQ4_XS",
        "MXFP4_MOE",
        "F16",
        "BF16",
        "F32"
      })
  void everyFormatGivesAModelThatRuns(GgufMix mix) throws IOException {
    Path out = folder.resolve("out.gguf");
    List<QuantizedTensor> tensors = quantize(model, mix, false, out);

    GgufHeader before = GgufReader.read(model);
    GgufHeader after = GgufReader.read(out);
    assertThat(after.metadata().getInt("general.file_type")).isEqualTo(mix.ftype());
    assertThat(after.metadata().getInt("general.quantization_version")).isEqualTo(2);
    assertThat(after.metadata().getString("general.name"))
        .isEqualTo(before.metadata().getString("general.name"));
    assertThat(tensors).hasSameSizeAs(before.tensors());
    for (QuantizedTensor tensor : tensors) {
      if (tensor.name().endsWith("_norm.weight")) {
        assertThat(tensor.target()).isEqualTo(QuantFormat.F32);
        assertThat(tensor.relativeError()).isZero();
      } else {
        assertThat(tensor.relativeError()).isLessThan(0.16);
      }
    }
    float[] wanted = logits(model);
    float[] found = logits(out);
    assertThat(distance(wanted, found) / distance(wanted, new float[wanted.length]))
        .isLessThan(0.5); // random weights suffer more than trained ones
  }

  /** The formats of llama.cpp's own quantiser for this file. */
  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, blk.0.ffn_gate.weight, Q5_0", // rows of 128: no whole block of 256
    "Q4_K_M, blk.0.ffn_down.weight, Q4_K", // rows of 256
    "Q4_K_M, blk.2.ffn_down.weight, Q6_K", // the last of three layers gets more bits
    "Q6_K, blk.0.attn_q.weight, Q8_0",
    "Q2_K, blk.0.attn_q.weight, Q4_0",
    "Q4_0, token_embd.weight, Q4_0",
    "Q4_0, output.weight, Q8_0",
    "F16, blk.0.attn_norm.weight, F32",
  })
  void mixAndRowLengthChooseTheFormat(GgufMix mix, String tensor, QuantFormat wanted)
      throws IOException {
    assertThat(formats(QuantizationPlan.of(GgufReader.read(model), mix, false)))
        .containsEntry(tensor, wanted);
  }

  @Test
  void pureLeavesNoMix() throws IOException {
    QuantizationPlan plan = QuantizationPlan.of(GgufReader.read(model), GgufMix.Q4_0, true);
    assertThat(formats(plan).values()).containsOnly(QuantFormat.F32, QuantFormat.Q4_0);
    assertThat(formats(plan)).containsEntry("output.weight", QuantFormat.Q4_0);
  }

  @Test
  void manyThreadsWriteTheSameBytesAsOne() throws IOException {
    Path two = folder.resolve("two.gguf");
    quantize(model, GgufMix.Q5_K_M, false, two);
    Path one = folder.resolve("one.gguf");
    try (WeightFile file = WeightFile.open(model);
        Threads threads = new Threads(1)) {
      QuantizationPlan plan = QuantizationPlan.of(file.header(), GgufMix.Q5_K_M, false);
      Quantizer.write(file, plan, one, threads, _ -> {});
    }
    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void whatIsQuantisedAlreadyIsCopiedOrToldOf() throws IOException {
    Path q8 = GoldenFiles.of("llama256-q8_0.gguf");
    assertThat(QuantizationPlan.of(GgufReader.read(q8), GgufMix.Q8_0, false).quantisedTwice())
        .isEmpty();
    assertThat(QuantizationPlan.of(GgufReader.read(q8), GgufMix.Q4_K_M, false).quantisedTwice())
        .allMatch(step -> step.tensor().format() == QuantFormat.Q8_0)
        .isNotEmpty();
    Path out = folder.resolve("copy.gguf");
    assertThat(quantize(q8, GgufMix.Q8_0, false, out)).allMatch(t -> t.source() == t.target());
    assertThat(logits(out)).isEqualTo(logits(q8));
  }

  @Test
  void aMixWithoutEncoderIsRefusedBeforeAnythingIsWritten() throws IOException {
    GgufHeader header = GgufReader.read(GoldenFiles.of("llama256-q8_0.gguf"));
    assertThatThrownBy(() -> QuantizationPlan.of(header, GgufMix.IQ2_XS, false))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("IQ2_XS stores 'blk.0.")
        .hasMessageContaining("which this build cannot write; wanted one of F32, F16, Q4_0");
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, Q8_0, 'is NaN; wanted a finite number'",
    "-Infinity, F16, 'is -Infinity; wanted a finite number'",
    "1e6, F16, 'is 1000000.0, more than F16 can hold'",
    "1e30, Q4_0, 'is 1.0E30, more than Q4_0 can hold'",
  })
  void aNumberThatCannotBeStoredIsNamedAndNothingIsLeft(float bad, GgufMix mix, String reason)
      throws IOException {
    Path broken = Files.copy(model, folder.resolve("broken.gguf"));
    GgufHeader header = GgufReader.read(broken);
    long start = header.dataOffset() + header.tensor("blk.1.attn_k.weight").orElseThrow().offset();
    try (FileChannel channel = FileChannel.open(broken, StandardOpenOption.WRITE)) {
      ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(bad);
      channel.write(value.flip(), start + 4 * (3 * 128 + 32)); // row 3, first of a block
    }
    assertThatThrownBy(() -> quantize(broken, mix, false, folder.resolve("out.gguf")))
        .isInstanceOf(QuantizationException.class)
        .hasMessageStartingWith("broken.gguf: ")
        .hasMessageContaining("tensor 'blk.1.attn_k.weight' row 3: weight 32 of 128 " + reason);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(broken);
    }
  }

  @Test
  void aFileThatIsCutOffIsFoundBeforeAnythingIsWritten() throws IOException {
    Path cut = Files.copy(model, folder.resolve("cut.gguf"));
    try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(cut) - 1000);
    }
    assertThatThrownBy(() -> quantize(cut, GgufMix.Q8_0, false, folder.resolve("out.gguf")))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("cut.gguf @ ")
        .hasMessageContaining("wanted it inside the file");
    assertThat(folder.resolve("out.gguf")).doesNotExist();
  }

  private static Map<String, QuantFormat> formats(QuantizationPlan plan) {
    return plan.steps().stream()
        .collect(Collectors.toMap(step -> step.tensor().name(), QuantizationPlan.Step::target));
  }

  private static float[] logits(Path file) {
    try (LanguageModel loaded = LanguageModel.load(file);
        Session session = loaded.newSession(KvCacheSpec.f16(16))) {
      return session.forward(1, 5, 9, 20, 33, 40);
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
