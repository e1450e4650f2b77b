package headroom.fit;

import headroom.fit.CacheMemory.LayerCache;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Caches by the place of their layers; layers of one shape are asked for once. */
final class CacheLines {
  private static final CacheMemory.Kind[] KINDS = CacheMemory.Kind.values();

  private final FitQuestion question;
  private final LayerTable table;
  private final List<List<LayerCache>> ofKind = new ArrayList<>();

  CacheLines(FitQuestion question, LayerTable table) {
    this.question = question;
    this.table = table;
    for (var kind : table.kinds()) {
      ofKind.add(CacheMemory.ofLayer(kind, question));
    }
  }

  /** Bytes that one layer keeps. */
  long ofLayer(int layer) {
    long bytes = 0;
    for (LayerCache cache : ofKind.get(table.kindOf(layer))) {
      bytes += cache.bytes().value();
    }
    return bytes;
  }

  /** Adds a line for each family of cache that the layers of this place keep. */
  void add(List<MemoryLine> lines, Layout layout, int card, Place place) {
    int[] counts = new int[ofKind.size()]; // [kinds of layer]
    for (int layer = 0; layer < layout.layers(); layer++) {
      if (layout.dense(layer) == card) {
        counts[table.kindOf(layer)]++;
      }
    }
    long[] bytes = new long[KINDS.length];
    boolean[] kept = new boolean[KINDS.length];
    for (int k = 0; k < counts.length; k++) {
      for (LayerCache cache : ofKind.get(k)) {
        bytes[cache.kind().ordinal()] += counts[k] * cache.bytes().value();
        kept[cache.kind().ordinal()] |= counts[k] > 0;
      }
    }
    for (CacheMemory.Kind kind : KINDS) {
      if (kept[kind.ordinal()]) {
        lines.add(
            new MemoryLine(
                kind.what(),
                Quantity.KV,
                place,
                Bytes.of(bytes[kind.ordinal()]),
                () -> formula(kind, counts),
                kind.source(question)));
      }
    }
  }

  private String formula(CacheMemory.Kind kind, int[] counts) {
    Map<String, Integer> layers = new LinkedHashMap<>();
    for (int k = 0; k < counts.length; k++) {
      for (LayerCache cache : ofKind.get(k)) {
        if (cache.kind() == kind && counts[k] > 0) {
          layers.merge(cache.formula().get(), counts[k], Integer::sum);
        }
      }
    }
    return layers.entrySet().stream()
        .map(term -> "%d layers × %s".formatted(term.getValue(), term.getKey()))
        .collect(Collectors.joining(" + "));
  }
}
