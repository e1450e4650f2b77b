package headroom.agent.cli;

import headroom.fit.Engine;
import headroom.fit.Placement;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which engine runs a model, and which part of it lies where. */
final class LayoutOptions {
  /** vLLM's defaults: docs.vllm.ai, engine arguments. */
  private static final double UTILISATION = 0.9;

  private static final int BATCHED_TOKENS = 2048;

  /** ik_llama.cpp's default {@code -mla}. */
  private static final int LATENT_MODE = 3;

  private static final String ENGINES = "llama.cpp, ik_llama.cpp, vllm, exl2, exl3, mlx, headroom";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "llama.cpp",
      description = ENGINES + ". Default: llama.cpp.")
  private String engine = "llama.cpp";

  @Option(
      names = {"--gpu-layers", "-ngl"},
      paramLabel = "N|auto|all",
      defaultValue = "all",
      description = {
        "Layers on the devices, the output counted as one; auto finds the fastest",
        "placement that fits. Default: all."
      })
  private String gpuLayers = "all";

  @Option(
      names = {"--n-cpu-moe", "-ncmoe"},
      paramLabel = "N",
      defaultValue = "0",
      description = "Layers, from the first, whose experts stay on the host. Default: 0.")
  private int expertLayers;

  @Option(
      names = {"--tensor-split", "-ts"},
      paramLabel = "A,B",
      split = ",",
      description = "Parts of the devices, for example 3,1. Default: by free memory.")
  private List<Double> shares = List.of();

  @Option(
      names = {"--split-mode", "-sm"},
      paramLabel = "MODE",
      description = "layer, row or tensor. Default: layer; tensor for vllm.")
  private @Nullable String splitMode;

  Engine engine() {
    return switch (engine.toLowerCase(Locale.ROOT)) {
      case "llama.cpp" -> Engine.LLAMA_CPP;
      case "ik_llama.cpp" -> new Engine.IkLlamaCpp(LATENT_MODE, OptionalInt.empty());
      case "vllm" -> new Engine.Vllm(UTILISATION, BATCHED_TOKENS);
      case "exl2" -> new Engine.ExLlama(2);
      case "exl3" -> new Engine.ExLlama(3);
      case "mlx" -> new Engine.Mlx();
      case "headroom" -> new Engine.Embedded();
      default ->
          throw CommandFailure.badArgument(
              "--engine is '%s'; wanted one of %s".formatted(engine, ENGINES));
    };
  }

  Placement placement() {
    try {
      return new Placement(layers(), expertLayers, split(), shares);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--" + e.getMessage());
    }
  }

  private GpuLayers layers() {
    return switch (gpuLayers.toLowerCase(Locale.ROOT)) {
      case "all" -> new GpuLayers.All();
      case "auto" -> new GpuLayers.Auto();
      default -> {
        try {
          yield new GpuLayers.Count(Integer.parseInt(gpuLayers));
        } catch (NumberFormatException e) {
          throw CommandFailure.badArgument(
              "--gpu-layers is '%s'; wanted a number, auto or all".formatted(gpuLayers));
        }
      }
    };
  }

  private Split split() {
    if (splitMode == null) {
      return engine() instanceof Engine.Vllm ? Split.TENSOR : Split.LAYER;
    }
    return switch (splitMode.toLowerCase(Locale.ROOT)) {
      case "layer" -> Split.LAYER;
      case "row" -> Split.ROW;
      case "tensor", "graph" -> Split.TENSOR;
      default ->
          throw CommandFailure.badArgument(
              "--split-mode is '%s'; wanted layer, row or tensor".formatted(splitMode));
    };
  }
}
