package headroom.inference.kernel.processor;

import headroom.inference.assembler.Disassembly;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.Packing;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.quant.QuantFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kernels there are, by name, as bytes: for people who want to read them. */
public final class KernelListing {
  /** Products have the name of their format, the others that of what they do. */
  private static final Map<String, Writer> KERNELS = kernels();

  /** Writes a kernel for so many tokens or queries, or for as many as it takes at once. */
  private interface Writer {
    Optional<byte[]> write(Machine machine, int count);
  }

  private KernelListing() {}

  /** Names of all kernels: {@code q8_0}, {@code score-f16}, {@code norm}. */
  public static List<String> names() {
    return List.copyOf(KERNELS.keySet());
  }

  /** Names of the instruction sets that kernels are assembled for, whatever this processor has. */
  public static List<String> instructionSets() {
    return Processors.all().stream().map(Machine::label).toList();
  }

  /**
   * How the code of these instructions is read back.
   *
   * @param instructions one of {@link #instructionSets}
   */
  public static Disassembly.Syntax syntax(String instructions) {
    return machine(instructions).orElseThrow().syntax();
  }

  private static Optional<Machine> machine(String instructions) {
    return Processors.all().stream()
        .filter(machine -> machine.label().equals(instructions))
        .findFirst();
  }

  /** The largest number of tokens that one kernel multiplies a tile with. */
  public static int mostTokens() {
    return PackedLayout.GROUP;
  }

  /**
   * The machine code of one kernel. Rows of floats are the same for all instruction sets and take
   * up to three tokens at once, cached rows up to four queries: more go in rounds. A product of one
   * token is that which takes two tiles, where there is one.
   *
   * @param name one of {@link #names}, in either case
   * @param instructions one of {@link #instructionSets}
   * @param tokens 1 to {@link #mostTokens}
   * @return empty where there is no such kernel
   */
  public static Optional<byte[]> code(String name, String instructions, int tokens) {
    Writer writer = KERNELS.get(name.toLowerCase(Locale.ROOT));
    return writer == null
        ? Optional.empty()
        : machine(instructions)
            .filter(machine -> tokens >= 1 && tokens <= mostTokens())
            .flatMap(machine -> writer.write(machine, tokens));
  }

  private static Map<String, Writer> kernels() {
    Map<String, Writer> all = new LinkedHashMap<>();
    for (RowFormat format : RowFormat.values()) {
      all.put(
          name(format.stored()),
          (machine, tokens) ->
              Optional.of(machine.dot(format, Math.min(tokens, RowFormat.VECTORS))));
    }
    for (QuantFormat format : TileFormat.supported()) {
      all.put(
          name(format),
          (machine, tokens) ->
              TileFormat.of(format, machine).map(tiles -> product(tiles, machine, tokens)));
    }
    for (QuantFormat format : TileFormat.supported()) {
      all.put("repack-" + name(format), (machine, tokens) -> machine.repack(format));
    }
    for (QuantFormat format : TileFormat.supported()) {
      all.put("decode-row-" + name(format), (machine, tokens) -> machine.decodeRow(format));
    }
    for (Packing packing : Packing.values()) {
      all.put(
          "pack-" + packing.name().toLowerCase(Locale.ROOT),
          (machine, tokens) ->
              machine.packings().contains(packing)
                  ? Optional.of(machine.pack(packing, tokens))
                  : Optional.empty());
    }
    attention(all);
    one(all, "norm", Machine::norm);
    one(all, "add", Machine::addScaled);
    one(all, "gate", Machine::gate);
    for (RotaryStyle style : RotaryStyle.values()) {
      String name = "rotate-" + style.name().toLowerCase(Locale.ROOT);
      one(all, name, machine -> machine.rotate(style));
    }
    return all;
  }

  private static void attention(Map<String, Writer> all) {
    one(all, "attention-start", Machine::start);
    for (CachedFormat format : CachedFormat.all()) {
      String name = name(format.stored());
      all.put(
          "score-" + name,
          (machine, queries) ->
              Optional.of(machine.score(format, Math.min(queries, CachedFormat.QUERIES))));
      all.put(
          "mix-" + name,
          (machine, queries) ->
              Optional.of(machine.mix(format, Math.min(queries, CachedFormat.QUERIES))));
    }
    for (CacheFormat format : CacheFormat.values()) {
      one(all, "decode-" + name(format.stored()), machine -> machine.decode(format));
    }
    one(all, "softmax", Machine::soften);
    one(all, "attention-end", Machine::end);
    one(all, "attention-end-part", Machine::endPart);
  }

  /** A kernel that takes no number of tokens. */
  private static void one(Map<String, Writer> all, String name, Only writer) {
    all.put(name, (machine, count) -> Optional.of(writer.write(machine)));
  }

  private interface Only {
    byte[] write(Machine machine);
  }

  private static byte[] product(TileFormat tiles, Machine machine, int tokens) {
    Optional<byte[]> pair = tokens == 1 ? machine.productOfTwo(tiles) : Optional.empty();
    return pair.orElseGet(() -> machine.product(tiles, tokens));
  }

  private static String name(QuantFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }
}
