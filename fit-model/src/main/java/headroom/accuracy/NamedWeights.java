package headroom.accuracy;

import headroom.catalogue.Catalogue;
import headroom.fit.StoredWeights;
import headroom.mix.MixRules;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.AsStored;
import headroom.quant.FlatFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the weight format that a log or a table means by a name. */
final class NamedWeights {
  /** A mix's own name, after what quantisers of files put before it. */
  private static final Pattern MIX = Pattern.compile("(?:i1-)?([A-Z0-9]+(?:_[A-Z0-9]+)*)\\b.*");

  private static final Pattern BITS = Pattern.compile("([\\d.]+)\\s*bpw");

  /** Quantised by something else than llama.cpp's own rules. */
  private static final Pattern FOREIGN =
      Pattern.compile("\\bUD-|ik mix|third-party|old", Pattern.CASE_INSENSITIVE);

  private static final Pattern EXTENDED = Pattern.compile("\\b(Q[345]_K)_X?L");

  private static final Pattern K_MIX = Pattern.compile("\\bQ\\d_K");

  private static final Pattern K_OR_PLAIN = Pattern.compile("Q\\d_K.*|Q8_0|F16|F32");

  /** A stated file size that differs so far from the mix's is another mix's. */
  private static final double OTHER_MIX = 0.03;

  /** {@code fbgemm_fp8}: feed-forward matrices alone, but for the first and last layer. */
  private static final WeightFormat META_FP8 =
      new FlatFormat(
          "fp8-fbgemm",
          "FP8 of feed-forward layers",
          8,
          new FlatFormat.Coverage(16, 16, FlatFormat.Linear.FEED_FORWARD, 16, 1),
          "arXiv 2407.21783, section 6.2: neither attention nor the first and last layer are"
              + " quantised");

  private final Catalogue catalogue;

  NamedWeights(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** The mix of llama.cpp that the text names; empty where it names none or a changed one. */
  static Optional<GgufMix> mix(String text) {
    Matcher name = MIX.matcher(text);
    if (FOREIGN.matcher(text).find() || text.endsWith(" of experts") || !name.matches()) {
      return Optional.empty();
    }
    return GgufMix.byName(name.group(1).equals("MXFP4") ? "MXFP4_MOE" : name.group(1));
  }

  /** The mix, or a format of another engine, or a format of the stated bits per weight. */
  Optional<WeightFormat> find(String text, ModelSpec model) {
    return find(text, OptionalDouble.empty(), model);
  }

  /**
   * The same; where the text names a mix that cannot be predicted, one of the stated size.
   *
   * @param gib size of the file, where stated
   */
  Optional<WeightFormat> find(String text, OptionalDouble gib, ModelSpec model) {
    Optional<WeightFormat> mix = mix(text).map(found -> found);
    Matcher bits = BITS.matcher(text);
    return mix.or(() -> otherEngine(text))
        .or(() -> trellis(text))
        .or(
            () -> {
              if (gib.isPresent()) {
                return sized(text, model, gib.getAsDouble() * Bytes.ofGiB(1).value());
              }
              return bits.find()
                  ? sized(text, model, Double.parseDouble(bits.group(1)) * model.parameters() / 8)
                  : Optional.empty();
            });
  }

  /**
   * The mix as quantisers of published files make it. Those of 4 bits and no linear steps are made
   * with an importance matrix; files of Q4_0 and Q5_0 are made with one or without, and the stated
   * size tells which.
   *
   * @param gib size of the file, where stated
   */
  static WeightFormat asPublished(WeightFormat format, OptionalDouble gib, ModelSpec model) {
    WeightFormat matrix = withImportanceMatrix(format, model);
    if (format != GgufMix.Q4_0 && format != GgufMix.Q5_0) {
      return matrix;
    }
    double stated = gib.orElse(0) * Bytes.ofGiB(1).value();
    return Math.abs(bytes(model, matrix) - stated) < Math.abs(bytes(model, format) - stated)
        ? matrix
        : format;
  }

  /**
   * The mix made with an importance matrix: the first eighth of the layers gets no wider {@code
   * ffn_down} in IQ4_XS and IQ4_NL, and one with offsets in Q4_0 and Q5_0 ({@code llama-quant.cpp},
   * {@code has_imatrix}).
   */
  private static WeightFormat withImportanceMatrix(WeightFormat format, ModelSpec model) {
    if (!(format instanceof GgufMix mix) || firstDown(mix).isEmpty()) {
      return format;
    }
    QuantFormat down = firstDown(mix).get();
    Map<String, QuantFormat> formats = new LinkedHashMap<>(MixRules.formats(mix, model));
    int eighth = model.layers().size() / 8;
    double bytes = 0;
    for (TensorFacts tensor : model.tensors()) {
      QuantFormat chosen = formats.getOrDefault(tensor.name(), QuantFormat.F32);
      boolean guarded = chosen == QuantFormat.Q5_K || chosen == mix.base();
      if (isDown(tensor) && tensor.layer().orElse(eighth) < eighth && guarded) {
        chosen = down;
      }
      formats.put(tensor.name(), chosen);
      bytes += tensor.elements() * chosen.bitsPerWeight() / 8;
    }
    return new AsStored(formats, Bytes.of(Math.round(bytes)));
  }

  /** What the first matrices back to the stream are stored as; empty where as without a matrix. */
  private static Optional<QuantFormat> firstDown(GgufMix mix) {
    return switch (mix) {
      case IQ4_XS, IQ4_NL -> Optional.of(mix.base());
      case Q4_0 -> Optional.of(QuantFormat.Q4_1);
      case Q5_0 -> Optional.of(QuantFormat.Q5_1);
      default -> Optional.empty();
    };
  }

  private static boolean isDown(TensorFacts tensor) {
    return tensor.role() == TensorRole.FFN_DOWN || tensor.role() == TensorRole.EXPERT_DOWN;
  }

  /** EXL2 and EXL3 of the stated bits, with the output matrix at 6 as their converters have it. */
  private static Optional<WeightFormat> trellis(String text) {
    Matcher bits = BITS.matcher(text);
    if (!text.toUpperCase(Locale.ROOT).startsWith("EXL") || !bits.find()) {
      return Optional.empty();
    }
    return Optional.of(
        new FlatFormat(
            text.toLowerCase(Locale.ROOT).replace(' ', '-'),
            text,
            Double.parseDouble(bits.group(1)),
            new FlatFormat.Coverage(6, 16, FlatFormat.Linear.ALL),
            "stated bits per weight; exllamav3 convert.py, --head_bits 6"));
  }

  /**
   * The format of this name, unless the file's stated size says that it is another.
   *
   * @param gib size of the file, where stated
   * @throws CannotPredictException where neither is known
   */
  WeightFormat require(String text, OptionalDouble gib, ModelSpec model) {
    Optional<WeightFormat> named = find(text, model);
    if (gib.isPresent()) {
      double stated = gib.getAsDouble() * Bytes.ofGiB(1).value();
      if (named.isEmpty() || Math.abs(bytes(model, named.get()) / stated - 1) > OTHER_MIX) {
        Optional<WeightFormat> experts = nativeExperts(named, stated, model);
        if (experts.isPresent()) {
          return experts.get();
        }
        Optional<WeightFormat> sized = sized(text, model, stated);
        if (sized.isPresent()) {
          return sized.get();
        }
      }
    }
    Matcher extended = EXTENDED.matcher(text);
    if (named.isEmpty() && extended.find()) {
      // Without a size the mix that quantisers of tensors start from.
      return GgufMix.byName(extended.group(1) + "_M").orElse(GgufMix.Q4_K_M);
    }
    return named.orElseThrow(
        () ->
            new CannotPredictException(
                "weight format '%s' is no mix of llama.cpp and no size is stated".formatted(text)));
  }

  private static boolean isExpert(TensorFacts tensor) {
    return switch (tensor.role()) {
      case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN -> true;
      default -> false;
    };
  }

  /** What is called after a K mix is made of K mixes and the plain formats beyond them. */
  private static boolean isOfFamily(GgufMix mix, String text) {
    return !K_MIX.matcher(text).find() || K_OR_PLAIN.matcher(mix.name()).matches();
  }

  /** Files called F16 of models whose makers publish MXFP4 experts keep the experts as they are. */
  private static Optional<WeightFormat> nativeExperts(
      Optional<WeightFormat> named, double stated, ModelSpec model) {
    if (named.isEmpty() || !(named.get() instanceof GgufMix mix)) {
      return Optional.empty();
    }
    Map<String, QuantFormat> formats = new LinkedHashMap<>();
    Map<String, QuantFormat> own = MixRules.formats(mix, model);
    Map<String, QuantFormat> experts = MixRules.formats(GgufMix.MXFP4_MOE, model);
    double bytes = 0;
    for (TensorFacts tensor : model.tensors()) {
      QuantFormat four = experts.getOrDefault(tensor.name(), QuantFormat.F32);
      QuantFormat format =
          four == QuantFormat.MXFP4 ? four : own.getOrDefault(tensor.name(), QuantFormat.F32);
      formats.put(tensor.name(), format);
      bytes += tensor.elements() * format.bitsPerWeight() / 8;
    }
    return Math.abs(bytes / stated - 1) > OTHER_MIX
        ? Optional.empty()
        : Optional.of(new AsStored(formats, Bytes.of(Math.round(bytes))));
  }

  private Optional<WeightFormat> otherEngine(String text) {
    if (text.endsWith("of Meta")) {
      return Optional.of(META_FP8);
    }
    if (text.endsWith(" of experts")) {
      return catalogue.weightFormat(text.substring(0, text.indexOf(' '))).map(found -> found);
    }
    String id =
        text.toLowerCase(Locale.ROOT)
            .replaceAll("^int8 ?(w8a8)$", "$1-int8")
            .replaceAll("^(fp8)( .*)?$", "fp8-per-tensor")
            .replaceAll("^(awq|gptq)( 4-?bit)?$", "$1-4bit-g128")
            .replaceAll("^mlx ?-?(\\d)-?bit$", "mlx-$1bit-g64")
            .replaceAll("^mlx-awq$", "mlx-awq-4bit-g128")
            .replace(' ', '-');
    return catalogue.weightFormat(id).map(found -> found);
  }

  /**
   * Tensors of the largest mix below this size, so many of them in the formats of the smallest mix
   * above it that the sizes agree, spread evenly.
   */
  private static Optional<WeightFormat> sized(String text, ModelSpec model, double bytes) {
    List<GgufMix> mixes =
        Arrays.stream(GgufMix.values())
            .filter(mix -> isOfFamily(mix, text))
            .sorted(Comparator.comparingDouble(mix -> bytes(model, mix)))
            .toList();
    Optional<GgufMix> below =
        mixes.stream().filter(mix -> bytes(model, mix) <= bytes).reduce((_, last) -> last);
    Optional<GgufMix> above = mixes.stream().filter(mix -> bytes(model, mix) > bytes).findFirst();
    if (below.isEmpty() || above.isEmpty()) {
      return Optional.empty();
    }
    Map<String, QuantFormat> formats = new LinkedHashMap<>(MixRules.formats(below.get(), model));
    Map<String, QuantFormat> wider = MixRules.formats(above.get(), model);
    double wanted =
        (bytes - bytes(model, below.get()))
            / (bytes(model, above.get()) - bytes(model, below.get()));
    // Experts and the rest apart: spread evenly over the model, as quantisers of tensors do.
    double[] possible = new double[2];
    double[] taken = new double[2];
    for (TensorFacts tensor : model.tensors()) {
      QuantFormat narrow = formats.getOrDefault(tensor.name(), QuantFormat.F32);
      QuantFormat wide = wider.getOrDefault(tensor.name(), QuantFormat.F32);
      double more = tensor.elements() * (wide.bitsPerWeight() - narrow.bitsPerWeight()) / 8;
      int part = isExpert(tensor) ? 1 : 0;
      possible[part] += more;
      if (taken[part] + more / 2 <= wanted * possible[part]) {
        formats.put(tensor.name(), wide);
        taken[part] += more;
      }
    }
    settle(model, formats, MixRules.formats(below.get(), model), wider, bytes);
    for (TensorFacts tensor : model.tensors()) {
      formats.putIfAbsent(tensor.name(), QuantFormat.F32);
    }
    return Optional.of(new AsStored(formats, Bytes.of(Math.round(bytes))));
  }

  /** Changes tensors, large ones first, wherever that brings the whole nearer to its size. */
  private static void settle(
      ModelSpec model,
      Map<String, QuantFormat> formats,
      Map<String, QuantFormat> narrower,
      Map<String, QuantFormat> wider,
      double bytes) {
    double missing = bytes;
    for (TensorFacts tensor : model.tensors()) {
      missing -= bytes(tensor, formats.getOrDefault(tensor.name(), QuantFormat.F32));
    }
    List<TensorFacts> largest =
        model.tensors().stream()
            .sorted(Comparator.comparingLong(TensorFacts::elements).reversed())
            .toList();
    for (TensorFacts tensor : largest) {
      QuantFormat now = formats.getOrDefault(tensor.name(), QuantFormat.F32);
      QuantFormat other =
          (missing > 0 ? wider : narrower).getOrDefault(tensor.name(), QuantFormat.F32);
      double change = bytes(tensor, other) - bytes(tensor, now);
      if (Math.abs(missing - change) < Math.abs(missing)) {
        formats.put(tensor.name(), other);
        missing -= change;
      }
    }
  }

  private static double bytes(TensorFacts tensor, QuantFormat format) {
    return tensor.elements() * format.bitsPerWeight() / 8;
  }

  /** Bytes of all tensors. */
  static double bytes(ModelSpec model, WeightFormat format) {
    return StoredWeights.of(model, format).total().value();
  }
}
