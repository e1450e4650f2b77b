package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.FlatFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each is answered by the nearest thing that runs, and the note says what to change. */
class ImpossibleCombinationsTest {
  private static final Device NVIDIA = Shapes.rtx4090();
  private static final Device APPLE =
      Shapes.device("Apple", DeviceKind.APPLE_SOC, OptionalInt.of(64), Optional.of(400.0));
  private static final Device CPU =
      Shapes.device("generic", DeviceKind.CPU_MEMORY, OptionalInt.of(64), Optional.of(89.6));
  private static final Device AMD =
      Shapes.device("AMD", DeviceKind.DISCRETE_GPU, OptionalInt.of(24), Optional.of(960.0));

  @ParameterizedTest(name = "{0}")
  @MethodSource("combinations")
  void isExplainedWithWhatToChange(String name, FitQuestion question, String note) {
    assertThat(Fit.answer(question).notes()).anyMatch(text -> text.contains(note));
  }

  static Stream<Arguments> combinations() {
    ModelSpec dense = Shapes.llama31With8b();
    ModelSpec experts = Shapes.qwen3With30bA3b();
    return Stream.of(
        Arguments.of(
            "heads that devices do not divide",
            on(experts, NVIDIA, NVIDIA, NVIDIA)
                .withEngine(engine("vllm"))
                .withPlacement(split(Split.TENSOR)),
            "qwen3-30b-a3b has 32 and 4 heads, which 3 devices do not divide: vllm refuses that;"
                + " computed as if parts were rounded up. Counts that divide: 1, 2, 4, 8, 16."),
        Arguments.of(
            "-sm tensor for an architecture without it",
            on(Shapes.deepSeek(Optional.empty()), NVIDIA, NVIDIA)
                .withPlacement(split(Split.TENSOR)),
            "llama.cpp's -sm tensor is not made for architecture deepseek2: computed with layers"
                + " split between the devices. ik_llama.cpp (-sm graph) and vLLM split more of"
                + " them."),
        Arguments.of(
            "-sm tensor without flash attention",
            on(dense, NVIDIA, NVIDIA).withFlashAttention(false).withPlacement(split(Split.TENSOR)),
            "llama.cpp's -sm tensor needs flash attention: computed with it on"),
        Arguments.of(
            "row split by vLLM",
            on(dense, NVIDIA, NVIDIA).withEngine(engine("vllm")).withPlacement(split(Split.ROW)),
            "vllm has no row split (ik_llama.cpp has -sm graph, vLLM tensor parallelism): computed"
                + " with layers split between the devices."),
        Arguments.of(
            "more GPU layers than the model has",
            on(dense, NVIDIA).withPlacement(layers(99, 0)),
            "99 GPU layers are more than llama-3.1-8b has: 32 and the output make 33. Computed with"
                + " all of them."),
        Arguments.of(
            "experts of a dense model",
            on(dense, NVIDIA).withPlacement(layers(33, 4)),
            "llama-3.1-8b is dense: it has no experts to keep on the host. Give fewer GPU layers"
                + " instead."),
        Arguments.of(
            "experts of more layers than there are",
            on(experts, NVIDIA).withPlacement(layers(49, 100)),
            "Experts of 100 layers are more than qwen3-30b-a3b has: computed with those of all"
                + " 48."),
        Arguments.of(
            "layers on the host by vLLM",
            on(dense, NVIDIA).withEngine(engine("vllm")).withPlacement(layers(20, 0)),
            "vllm keeps all layers on its devices: computed so. Take llama.cpp or ik_llama.cpp to"
                + " leave layers on the host."),
        Arguments.of(
            "NVFP4 on Ampere",
            FitQuestion.of(
                dense, new FlatFormat("nvfp4", "NVFP4", 4.5, "test"), withCapability(8.6), 8192),
            "has compute capability 8.6; FP4 matrix units came with 10.0. NVFP4 weights take the"
                + " same memory there and are widened as they are read"),
        Arguments.of(
            "quantised values without flash attention",
            on(dense, NVIDIA)
                .withFlashAttention(false)
                .withCache(CacheFormat.F16, CacheFormat.of(QuantFormat.Q8_0)),
            "Values cached as q8_0 need flash attention: computed with flash attention on, as"
                + " llama.cpp does. Turn it on, or cache values as f16."),
        Arguments.of(
            "a context over the model's own",
            on(dense, NVIDIA).withContextLength(200_000),
            "200000 tokens per sequence are more than the 131072 the model was trained for; answers"
                + " may lose quality past that. Ask for at most 131072, or stretch its positions:"
                + " --rope-scaling yarn --rope-scale 1.53 --yarn-orig-ctx 131072 (YaRN"),
        Arguments.of(
            "a context over the model's own in vLLM",
            on(dense, NVIDIA).withEngine(engine("vllm")).withContextLength(200_000),
            "--hf-overrides with rope_parameters of factor 1.53, which vLLM refuses to do unasked"),
        Arguments.of(
            "FP8 in vLLM on Ampere",
            FitQuestion.of(
                    dense,
                    new FlatFormat("fp8-block-128", "FP8", 8, "test"),
                    withCapability(8.6),
                    64)
                .withEngine(engine("vllm")),
            "has compute capability 8.6; FP8 matrix units came with 8.9. vLLM widens FP8 weights to"
                + " 16 bits as it reads them there (Marlin)"),
        Arguments.of(
            "BF16 in vLLM on Turing",
            FitQuestion.of(
                    dense, new FlatFormat("bf16", "BF16", 16, "test"), withCapability(7.5), 64)
                .withEngine(engine("vllm")),
            "has compute capability 7.5; vLLM takes BF16 from 8.0 on: give it --dtype half"),
        Arguments.of(
            "a cache type of vLLM in llama.cpp",
            on(dense, NVIDIA).withCache(fp8(), fp8()),
            "llama.cpp has no cache type fp8_e4m3: its -ctk takes f32, f16, bf16, q8_0, q5_1, q5_0,"
                + " q4_1, q4_0 and iq4_nl. Computed as if it had; q8_0 takes 8.5 bits an element."),
        Arguments.of(
            "a cache type of llama.cpp in vLLM",
            on(dense, NVIDIA)
                .withEngine(engine("vllm"))
                .withCache(CacheFormat.F16, CacheFormat.of(QuantFormat.Q8_0)),
            "vLLM has no cache type q8_0: its --kv-cache-dtype takes auto (16 bits) and fp8."),
        Arguments.of(
            "MLX on NVIDIA",
            on(dense, NVIDIA).withEngine(engine("mlx")),
            "MLX runs on Apple silicon, not on NVIDIA test device: take llama.cpp, vLLM or ExLlama"
                + " there. Computed as llama.cpp runs it."),
        Arguments.of(
            "vLLM on Apple",
            on(dense, APPLE).withEngine(engine("vllm")),
            "vLLM has no kernels for the GPU of Apple test device: take llama.cpp or MLX there."
                + " Computed as llama.cpp runs it."),
        Arguments.of(
            "ExLlamaV3 on Apple",
            on(dense, APPLE).withEngine(engine("exl3")),
            "ExLlamaV3 has kernels for NVIDIA cards, not for Apple test device: take llama.cpp or"
                + " MLX there."),
        Arguments.of(
            "ExLlamaV3 on AMD",
            on(dense, AMD).withEngine(engine("exl3")),
            "ExLlamaV3 has kernels for NVIDIA cards, not for AMD test device: take llama.cpp"
                + " there."),
        Arguments.of(
            "a GGUF mix in ExLlama",
            on(dense, NVIDIA).withEngine(engine("exl3")),
            "ExLlama reads no GGUF files: the weights are counted as Q4_K_M would be; take one of"
                + " its own formats, such as exl3-4.0bpw."),
        Arguments.of(
            "Headroom's engine on a card",
            on(dense, NVIDIA).withEngine(engine("headroom")),
            "Headroom's own engine computes on the processor and would leave NVIDIA test device"
                + " idle"),
        Arguments.of(
            "vLLM on two vendors",
            on(dense, NVIDIA, AMD).withEngine(engine("vllm")),
            "vLLM runs on devices of one vendor, not on NVIDIA test device with AMD test device."),
        Arguments.of(
            "llama.cpp on two vendors",
            on(dense, NVIDIA, AMD),
            "Devices of AMD and NVIDIA in one run need llama.cpp built with Vulkan, or for both."),
        Arguments.of(
            "a processor's memory as second device",
            on(dense, NVIDIA, CPU),
            "generic test device is the host's memory and no card: computed as the host (--host"
                + " test-device)."),
        Arguments.of(
            "two computers",
            on(dense, APPLE, NVIDIA),
            "Apple test device is a computer of its own: llama.cpp's rpc-server joins it with"
                + " others over the network."),
        Arguments.of(
            "GPU layers on a processor",
            on(dense, CPU).withPlacement(layers(20, 0)),
            "generic test device is no GPU, so GPU layers have nowhere to go"));
  }

  @Test
  void whatIsComputedAndItsCommandAreOfTheEngineThatRuns() {
    FitReport report = Fit.answer(on(Shapes.llama31With8b(), NVIDIA).withEngine(engine("mlx")));
    assertThat(report.question().engine()).isEqualTo(engine("mlx"));
    assertThat(report.computed().engine()).isEqualTo(Engine.LLAMA_CPP);
    assertThat(report.command().orElseThrow()).startsWith("llama-server -m");
  }

  @Test
  void memoryOfAProcessorBecomesTheHost() {
    FitReport report =
        Fit.answer(
            on(Shapes.llama31With70b(), CPU, NVIDIA)
                .withPlacement(new Placement(new GpuLayers.Auto(), 0, Split.LAYER, List.of())));
    assertThat(report.cards()).hasSize(1);
    assertThat(report.computed().machine().host().bandwidth()).isEqualTo(CPU.bandwidth());
    assertThat(report.decode()).isPresent();
  }

  private static FitQuestion on(ModelSpec model, Device... devices) {
    List<Card> cards = new ArrayList<>();
    for (Device device : devices) {
      cards.add(Card.of(device));
    }
    return FitQuestion.of(model, GgufMix.Q4_K_M, devices[0], 8192)
        .withMachine(new Machine(cards, Host.UNKNOWN));
  }

  private static CacheFormat fp8() {
    return new CacheFormat("fp8_e4m3", 8, Optional.empty(), "test");
  }

  private static Engine engine(String name) {
    return Engine.named(name).orElseThrow();
  }

  private static Placement split(Split split) {
    return new Placement(new GpuLayers.All(), 0, split, List.of());
  }

  private static Placement layers(int count, int expertsOnHost) {
    return new Placement(new GpuLayers.Count(count), expertsOnHost, Split.LAYER, List.of());
  }

  private static Device withCapability(double capability) {
    return new Device(
        NVIDIA.id(),
        NVIDIA.name(),
        NVIDIA.vendor(),
        NVIDIA.kind(),
        NVIDIA.memory(),
        NVIDIA.bandwidth(),
        NVIDIA.compute(),
        false,
        NVIDIA.link(),
        OptionalDouble.of(capability));
  }
}
