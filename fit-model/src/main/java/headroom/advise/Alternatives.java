package headroom.advise;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.catalogue.CatalogueWeightFormat;
import headroom.device.Device;
import headroom.fit.Engine;
import headroom.fit.FitQuestion;
import headroom.fit.Remedies;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the catalogue has to choose from where a question does not fit. */
public final class Alternatives {
  private Alternatives() {}

  /**
   * Every device with its price, formats of the question's engine, smaller models of the family.
   */
  public static Remedies.Choices of(FitQuestion question, Catalogue catalogue) {
    List<Device> devices = new ArrayList<>();
    Map<String, Double> prices = new LinkedHashMap<>();
    for (CatalogueDevice device : catalogue.devices()) {
      devices.add(device.device());
      device.price().ifPresent(price -> prices.put(device.id(), price.launchUsd()));
    }
    return new Remedies.Choices(
        devices,
        prices,
        formats(question.engine(), catalogue),
        caches(question.engine(), catalogue),
        relatives(question, catalogue));
  }

  /** vLLM halves its cache with FP8, MLX has formats of its own; ExLlama's are like llama.cpp's. */
  private static List<CacheFormat> caches(Engine engine, Catalogue catalogue) {
    List<String> ids =
        switch (engine) {
          case Engine.Vllm _ -> List.of("fp8_e4m3");
          case Engine.Mlx _ -> List.of("mlx-8bit-g64", "mlx-4bit-g64");
          default -> List.of();
        };
    return ids.isEmpty()
        ? Remedies.LLAMA_CACHES
        : ids.stream().flatMap(id -> catalogue.cacheFormat(id).stream()).toList();
  }

  private static List<WeightFormat> formats(Engine engine, Catalogue catalogue) {
    List<WeightFormat> formats = new ArrayList<>();
    for (CatalogueWeightFormat format : catalogue.weightFormats()) {
      boolean runs =
          switch (engine) {
            case Engine.Vllm _ -> isRunBy(format, "vllm") && !format.kind().contains("float16");
            case Engine.ExLlama exllama ->
                format.id().startsWith(exllama.version() == 3 ? "exl3-" : "gptq-4bit");
            case Engine.Mlx _ -> format.id().startsWith("mlx-");
            default -> false;
          };
      if (runs) {
        catalogue.weightFormat(format.id()).ifPresent(formats::add);
      }
    }
    return formats;
  }

  private static boolean isRunBy(CatalogueWeightFormat format, String engine) {
    return format.runtimes().stream()
        .anyMatch(
            runtime -> {
              String name = runtime.toLowerCase(Locale.ROOT);
              return name.startsWith(engine) && !name.contains("dropped");
            });
  }

  private static List<ModelSpec> relatives(FitQuestion question, Catalogue catalogue) {
    return catalogue
        .model(question.model().id())
        .map(
            own ->
                catalogue.models().stream()
                    .filter(
                        other ->
                            other.family().equals(own.family())
                                && other.parameters().textDecoder()
                                    < own.parameters().textDecoder())
                    .sorted(
                        Comparator.comparingLong(
                                (CatalogueModel other) -> other.parameters().textDecoder())
                            .reversed())
                    .map(catalogue::spec)
                    .toList())
        .orElse(List.of());
  }
}
