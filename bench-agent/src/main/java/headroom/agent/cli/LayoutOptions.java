package headroom.agent.cli;

import headroom.fit.Engine;
import headroom.fit.LlamaCppBuild;
import headroom.fit.Placement;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which engine runs a model, and which part of it lies where. */
final class LayoutOptions {
  private static final String ENGINES = "llama.cpp, ik_llama.cpp, vllm, exl2, exl3, mlx, headroom";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "llama.cpp",
      description = ENGINES + ". Default: llama.cpp.")
  private String engine = "llama.cpp";

  @Option(
      names = "--engine-date",
      paramLabel = "YYYY-MM",
      description = {
        "Month in which llama.cpp was built: older builds lay out their scratch memory",
        "and windows differently. Default: today's."
      })
  private @Nullable String engineDate;

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
    Engine named =
        Engine.named(engine)
            .orElseThrow(
                () ->
                    CommandFailure.badArgument(
                        "--engine is '%s'; wanted one of %s".formatted(engine, ENGINES)));
    if (engineDate == null) {
      return named;
    }
    try {
      return LlamaCppBuild.engineOf(named, engineDate);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--engine-date: " + e.getMessage());
    }
  }

  Placement placement() {
    try {
      return new Placement(layers(), expertLayers, split(), shares);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--" + e.getMessage());
    }
  }

  private GpuLayers layers() {
    return GpuLayers.parse(gpuLayers)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    "--gpu-layers is '%s'; wanted a number, auto or all".formatted(gpuLayers)));
  }

  private Split split() {
    if (splitMode == null) {
      return engine().usualSplit();
    }
    String mode = splitMode;
    return Split.parse(mode)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    "--split-mode is '%s'; wanted layer, row or tensor".formatted(mode)));
  }
}
