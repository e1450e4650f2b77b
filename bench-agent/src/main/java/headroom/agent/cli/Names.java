package headroom.agent.cli;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.catalogue.NearestNames;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.kv.CacheFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what the user named; what is not there is answered with the names nearest to it. */
final class Names {
  private static final int NEAREST = 5;

  /**
   * What llama.cpp takes for {@code --cache-type-k} (<a
   * href="https://github.com/ggml-org/llama.cpp/blob/master/common/arg.cpp">common/arg.cpp</a>).
   */
  private static final List<QuantFormat> CACHE_TYPES =
      List.of(
          QuantFormat.F32,
          QuantFormat.F16,
          QuantFormat.BF16,
          QuantFormat.Q8_0,
          QuantFormat.Q4_0,
          QuantFormat.Q4_1,
          QuantFormat.IQ4_NL,
          QuantFormat.Q5_0,
          QuantFormat.Q5_1);

  /** What llama.cpp's quantiser takes for the mixes that are made most. */
  private static final Map<String, GgufMix> SHORT_MIXES =
      Map.of(
          "Q3_K", GgufMix.Q3_K_M,
          "Q4_K", GgufMix.Q4_K_M,
          "Q5_K", GgufMix.Q5_K_M,
          "MXFP4", GgufMix.MXFP4_MOE);

  private final Catalogue catalogue;

  Names(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** What the names are looked up in. */
  Catalogue catalogue() {
    return catalogue;
  }

  CatalogueModel model(String id) {
    return catalogue
        .model(id)
        .orElseThrow(
            () ->
                unknown(
                    "model",
                    id,
                    catalogue.nearestModels(id, NEAREST).stream()
                        .map(CatalogueModel::id)
                        .toList()));
  }

  CatalogueDevice device(String id) {
    return catalogue
        .device(id)
        .orElseThrow(
            () ->
                unknown(
                    "device",
                    id,
                    catalogue.nearestDevices(id, NEAREST).stream()
                        .map(CatalogueDevice::id)
                        .toList()));
  }

  /** A mix of llama.cpp or a format of another engine. */
  WeightFormat weights(String name) {
    Optional<WeightFormat> mix = GgufMix.byName(name).map(Function.identity());
    return mix.or(() -> catalogue.weightFormat(name).map(Function.identity()))
        .orElseThrow(
            () ->
                unknown(
                    "weight format",
                    name,
                    nearest(
                        Stream.concat(
                            Arrays.stream(GgufMix.values()).map(GgufMix::name),
                            catalogue.weightFormats().stream().map(format -> format.id())),
                        name)));
  }

  /** A mix of llama.cpp, which files are made of. */
  static GgufMix mix(String name) {
    return GgufMix.byName(name)
        .or(() -> Optional.ofNullable(SHORT_MIXES.get(name.toUpperCase(Locale.ROOT))))
        .orElseThrow(
            () ->
                unknown(
                    "format",
                    name,
                    nearest(Arrays.stream(GgufMix.values()).map(GgufMix::name), name)));
  }

  /** A GGML type that llama.cpp keeps a cache in, or a scheme from a paper. */
  CacheFormat cache(String name) {
    return QuantFormat.byName(name)
        .filter(CACHE_TYPES::contains)
        .map(CacheFormat::of)
        .or(() -> catalogue.cacheFormat(name))
        .orElseThrow(
            () ->
                unknown(
                    "cache format",
                    name,
                    nearest(
                        Stream.concat(
                            CACHE_TYPES.stream().map(type -> type.name().toLowerCase(Locale.ROOT)),
                            catalogue.cacheFormats().stream()
                                .filter(format -> format.format().isPresent())
                                .map(format -> format.id())),
                        name)));
  }

  /**
   * One format for keys and values, or one for each.
   *
   * @param option that gave the text
   * @param text {@code K} or {@code K,V}
   */
  List<CacheFormat> caches(String option, String text) {
    List<CacheFormat> formats =
        Arrays.stream(text.split(",", -1)).map(name -> cache(name.strip())).toList();
    if (formats.size() > 2) {
      throw CommandFailure.badArgument("%s is '%s'; wanted K or K,V".formatted(option, text));
    }
    return formats;
  }

  /**
   * The file of a model that can be read; empty where the text is the name of one, or should be.
   *
   * @param option that gave the text
   */
  Optional<Path> modelFile(String option, String text) {
    return isFile(text) || catalogue.model(text).isEmpty() && Files.isDirectory(Path.of(text))
        ? Optional.of(
            new PathArgument(option, Path.of(text))
                .file("a GGUF file or a model of the catalogue", PathArgument.GGUF))
        : Optional.empty();
  }

  /** True for an existing file, and for what can only be meant as one. */
  static boolean isFile(String text) {
    return text.endsWith(PathArgument.GGUF)
        || text.contains("/")
        || Files.isRegularFile(Path.of(text));
  }

  static Knob knob(String slug) {
    return Knobs.find(slug)
        .orElseThrow(
            () -> unknown("knob", slug, nearest(Knobs.all().stream().map(Knob::slug), slug)));
  }

  private static List<String> nearest(Stream<String> names, String text) {
    return NearestNames.among(names.distinct().toList(), Function.identity(), text, NEAREST);
  }

  private static CommandFailure unknown(String what, String name, List<String> nearest) {
    return CommandFailure.badArgument(
        "unknown %s '%s'; nearest: %s"
            .formatted(what, name, nearest.stream().collect(Collectors.joining(", "))));
  }
}
