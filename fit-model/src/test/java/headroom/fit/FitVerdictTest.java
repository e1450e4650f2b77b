package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FitVerdictTest {
  @Test
  void headroomIsUsableMemoryLessTheDeviceLines() {
    FitReport report = Fit.answer(llama(8192, Shapes.rtx4090()));
    long usable = (long) (Bytes.ofGiB(24).value() * 0.98);
    assertThat(report.verdict().word()).isEqualTo("fits");
    assertThat(report.verdict().headroom())
        .isEqualTo(Bytes.of(usable).minus(report.memory().deviceTotal()));
    assertThat(report.notes()).anyMatch(note -> note.contains("23.52 GiB of 24.00 GiB"));
  }

  @Test
  void vllmIsCountedUpToItsUtilisation() {
    FitReport report =
        Fit.answer(llama(8192, Shapes.rtx4090()).withEngine(new Engine.Vllm(0.9, 2048)));
    long shown = (long) (Bytes.ofGiB(24).value() * 0.98);
    assertThat(report.verdict().headroom())
        .isEqualTo(Bytes.of((long) (shown * 0.9)).minus(report.memory().deviceTotal()));
    assertThat(report.notes()).anyMatch(note -> note.startsWith("vLLM takes 90 % of"));
  }

  @Test
  void shortfallNamesTheLayersThatStillFit() {
    FitQuestion question = llama(8192, Shapes.rtx4090()).withDeviceMemory(Bytes.ofGiB(4));
    FitReport report = Fit.answer(question);
    assertThat(report.verdict().word()).isEqualTo("offload");
    assertThat(report.verdict().headroom().isNegative()).isTrue();
    assertThat(report.verdict())
        .isInstanceOfSatisfying(
            Verdict.FitsWithOffload.class,
            offload -> assertThat(offload.layersOnDevice()).isBetween(14, 19));
    assertThat(report.decode()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.contains("not all layers fit"));
  }

  @Test
  void moreMemoryNeverHoldsFewerLayers() {
    int before = 0;
    for (double gibibytes = 1; gibibytes < 6; gibibytes += 0.25) {
      FitQuestion question = llama(8192, Shapes.rtx4090()).withDeviceMemory(Bytes.ofGiB(gibibytes));
      int layers =
          switch (Fit.answer(question).verdict()) {
            case Verdict.Fits fits -> 32;
            case Verdict.FitsWithOffload offload -> offload.layersOnDevice();
            case Verdict.DoesNotFit no -> 0;
            case Verdict.Unknown unknown -> throw new AssertionError(unknown.reason());
          };
      assertThat(layers).isGreaterThanOrEqualTo(before);
      before = layers;
    }
    assertThat(before).isGreaterThan(20);
  }

  @Test
  void tooSmallForOneLayerDoesNotFit() {
    FitReport report = Fit.answer(llama(8192, Shapes.rtx4090()).withDeviceMemory(Bytes.ofMiB(600)));
    assertThat(report.verdict().word()).isEqualTo("no");
    assertThat(report.verdict()).isInstanceOf(Verdict.DoesNotFit.class);
  }

  @Test
  void cpuHasNowhereToOffloadTo() {
    Device cpu =
        Shapes.device("generic", DeviceKind.CPU_MEMORY, OptionalInt.empty(), Optional.of(51.2));
    FitReport report = Fit.answer(llama(8192, cpu).withDeviceMemory(Bytes.ofGiB(4)));
    assertThat(report.verdict()).isInstanceOf(Verdict.DoesNotFit.class);
  }

  @Test
  void unknownMemoryIsSaidAndNotGuessed() {
    Device cpu =
        Shapes.device("generic", DeviceKind.CPU_MEMORY, OptionalInt.empty(), Optional.of(51.2));
    Verdict verdict = Fit.answer(llama(8192, cpu)).verdict();
    assertThat(verdict.word()).isEqualTo("unknown");
    assertThatThrownBy(verdict::headroom).hasMessageContaining("is not known");
  }

  @Test
  void macsAreCountedUpToTheirWorkingSet() {
    Device mac =
        Shapes.device("Apple", DeviceKind.APPLE_SOC, OptionalInt.of(128), Optional.of(546.0));
    FitReport report = Fit.answer(llama(8192, mac));
    assertThat(report.verdict().headroom())
        .isEqualTo(Bytes.ofGiB(96).minus(report.memory().deviceTotal()));
    assertThat(report.memory().lines()).noneMatch(line -> line.what().contains("context and"));
    assertThat(report.notes()).anyMatch(note -> note.contains("iogpu.wired_limit_mb"));
  }

  @Test
  void sharedMemoryThatIsTooSmallForAllIsNotRescuedByOffload() {
    Device mac =
        Shapes.device("Apple", DeviceKind.APPLE_SOC, OptionalInt.of(16), Optional.of(100.0));
    ModelSpec qwen = Shapes.qwen3With32b();
    FitReport report = Fit.answer(FitQuestion.of(qwen, GgufMix.Q4_K_M, mac, 4096));
    assertThat(report.verdict()).isInstanceOf(Verdict.DoesNotFit.class);
  }

  @Test
  void intelContextIsANoteBecauseNobodyMeasuredIt() {
    Device arc =
        Shapes.device("Intel", DeviceKind.DISCRETE_GPU, OptionalInt.of(12), Optional.of(456.0));
    FitReport report = Fit.answer(llama(4096, arc));
    assertThat(report.memory().lines()).noneMatch(line -> line.what().contains("context and"));
    assertThat(report.notes()).anyMatch(note -> note.contains("driver's own context"));
  }

  @Test
  void quantisedValuesTurnFlashAttentionOnAndSayIt() {
    CacheFormat q8 = CacheFormat.of(QuantFormat.Q8_0);
    FitQuestion off = llama(32768, Shapes.rtx4090()).withCache(q8, q8).withFlashAttention(false);
    FitReport report = Fit.answer(off);
    assertThat(report.notes()).anyMatch(note -> note.contains("need flash attention"));
    assertThat(report.memory().deviceTotal())
        .isEqualTo(Fit.answer(off.withFlashAttention(true)).memory().deviceTotal());
    assertThat(report.question()).isEqualTo(off);
  }

  @Test
  void quantisedKeysAloneNeedNoFlashAttention() {
    CacheFormat q8 = CacheFormat.of(QuantFormat.Q8_0);
    FitReport report =
        Fit.answer(
            llama(8192, Shapes.rtx4090()).withCache(q8, CacheFormat.F16).withFlashAttention(false));
    assertThat(report.notes()).noneMatch(note -> note.contains("need flash attention"));
  }

  @Test
  void headsThatNoBlockDividesAreCachedAsF16() {
    CacheFormat q4k = CacheFormat.of(QuantFormat.Q4_K);
    FitQuestion question = llama(8192, Shapes.rtx4090()).withCache(q4k, CacheFormat.F16);
    FitReport report = Fit.answer(question);
    assertThat(report.notes())
        .anyMatch(note -> note.contains("q4_k") && note.contains("do not divide 128"));
  }

  @Test
  void contextBeyondTrainingIsANoteNotARefusal() {
    FitReport report = Fit.answer(llama(200_000, Shapes.rtx4090()));
    assertThat(report.notes()).anyMatch(note -> note.contains("200000") && note.contains("131072"));
    assertThat(Fit.answer(llama(131_072, Shapes.rtx4090())).notes())
        .noneMatch(note -> note.contains("trained for"));
  }

  @Test
  void impossibleNumbersAreRefusedByName() {
    FitQuestion question = llama(8192, Shapes.rtx4090());
    assertThatThrownBy(() -> question.withContextLength(0)).hasMessageContaining("context is 0");
    assertThatThrownBy(() -> question.withCacheWindow(0)).hasMessageContaining("cache window is 0");
    assertThatThrownBy(() -> question.withDeviceMemory(Bytes.ZERO))
        .hasMessageContaining("device memory is 0 B");
    assertThatThrownBy(() -> new Speculation.Chain(1.5, 4, 0))
        .hasMessageContaining("acceptance rate is 1.5");
    assertThatThrownBy(() -> new Speculation.Chain(0.5, 0, 0))
        .hasMessageContaining("draft tokens are 0");
  }

  private static FitQuestion llama(int context, Device device) {
    return FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, device, context);
  }
}
