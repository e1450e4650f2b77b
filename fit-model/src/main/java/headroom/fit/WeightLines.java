package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Placement.Split;
import headroom.fit.StoredWeights.StoredTensor;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Weights by place: layers where the layout has them, tables that are looked up on the host. */
final class WeightLines {
  /** The input layer always goes to the CPU; tied models load their matrix a second time. */
  private static final String INPUT_ON_HOST =
      "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-model.cpp#L1380";

  private static final String EXPERTS_ON_HOST =
      "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/common/common.h#L1114";

  private final FitQuestion question;
  private final LayerTable table;
  private final Layout layout;
  private final boolean tablesOnHost;

  WeightLines(FitQuestion question, LayerTable table, Layout layout) {
    this.question = question;
    this.table = table;
    this.layout = layout;
    tablesOnHost = keepsTablesOnHost(question);
  }

  /** llama.cpp keeps tables on the host; a CPU has one memory, other engines load all of it. */
  static boolean keepsTablesOnHost(FitQuestion question) {
    return question.device().kind() != DeviceKind.CPU_MEMORY
        && EngineMemory.of(question.engine()).keepsTablesOnHost(question.weights());
  }

  /** Adds what a card holds. */
  void addCard(List<MemoryLine> lines, int card, Place place) {
    boolean rows = layout.split() == Split.ROW;
    double share = layout.share(card);
    long bytes = layout.output() == card ? table.output() : 0;
    for (int layer = 0; layer < layout.layers(); layer++) {
      boolean here = layout.dense(layer) == card;
      if (rows && layout.dense(layer) != Layout.HOST) {
        bytes += Math.round(table.matrices(layer) * share);
        bytes += here ? table.dense(layer) - table.matrices(layer) : 0;
      } else if (here) {
        bytes += table.dense(layer);
      }
      bytes += layout.experts(layer) == card ? table.experts(layer) : 0;
    }
    if (!tablesOnHost && card == 0) {
      bytes += table.perLayerEmbedding();
      bytes += tied() && layout.output() != Layout.HOST ? 0 : table.embedding();
    }
    if (bytes > 0) {
      lines.add(
          new MemoryLine(
              "weights",
              Quantity.WEIGHTS,
              place,
              Bytes.of(bytes),
              () ->
                  rows
                      ? "layers of this card, %.1f %% of the rows of every matrix: %s"
                          .formatted(share * 100, formula(tensor -> isOn(tensor, card)))
                      : formula(tensor -> isOn(tensor, card)),
              layout.cards() > 1 && layout.split() == Split.LAYER
                  ? table.weights().source() + "; layers: " + Layout.SOURCE
                  : table.weights().source()));
    }
  }

  /** Adds what the host holds beside the cards. */
  void addHost(List<MemoryLine> lines) {
    if (tablesOnHost) {
      boolean twice = tied() && layout.output() != Layout.HOST;
      add(
          lines,
          twice ? "token embedding, a second time" : "token embedding",
          table.embedding(),
          tensor -> tensor.role() == TensorRole.TOKEN_EMBEDDING,
          INPUT_ON_HOST);
      add(
          lines,
          "per-layer embeddings",
          table.perLayerEmbedding(),
          tensor -> tensor.role() == TensorRole.PER_LAYER_EMBEDDING,
          INPUT_ON_HOST);
    }
    long dense = 0;
    long experts = 0;
    for (int layer = 0; layer < layout.layers(); layer++) {
      dense += layout.dense(layer) == Layout.HOST ? table.dense(layer) : 0;
      experts += layout.experts(layer) == Layout.HOST ? table.experts(layer) : 0;
    }
    if (layout.output() == Layout.HOST) {
      dense += table.output() - (tied() ? table.embedding() : 0);
    }
    add(
        lines,
        "layers on the host",
        dense,
        tensor -> isOn(tensor, Layout.HOST) && !LayerTable.isExpert(tensor),
        Layout.SOURCE);
    add(
        lines,
        "experts on the host",
        experts,
        tensor -> isOn(tensor, Layout.HOST) && LayerTable.isExpert(tensor),
        EXPERTS_ON_HOST);
  }

  private void add(
      List<MemoryLine> lines,
      String what,
      long bytes,
      Predicate<TensorFacts> chosen,
      String source) {
    if (bytes > 0) {
      lines.add(
          new MemoryLine(
              what, Quantity.WEIGHTS, Place.HOST, Bytes.of(bytes), () -> formula(chosen), source));
    }
  }

  private boolean tied() {
    return question.model().tiedEmbeddings();
  }

  /**
   * True where the layout has this tensor at this place; looked-up tables on the host have none.
   */
  private boolean isOn(TensorFacts tensor, int card) {
    boolean tables = !tablesOnHost && card == 0;
    return switch (tensor.role()) {
      case TOKEN_EMBEDDING -> card != Layout.HOST && (tied() && layout.output() == card || tables);
      case PER_LAYER_EMBEDDING -> tables;
      default -> {
        int layer = tensor.layer().orElse(layout.layers());
        if (layer >= layout.layers()) {
          yield layout.output() == card;
        }
        yield (LayerTable.isExpert(tensor) ? layout.experts(layer) : layout.dense(layer)) == card;
      }
    };
  }

  /** {@code Q4_K 5,939,134,464 / 256 × 144 B + F32 266,240 × 4 B}. */
  private String formula(Predicate<TensorFacts> chosen) {
    Map<String, StoredTensor> formats = new LinkedHashMap<>();
    Map<String, Long> elements = new LinkedHashMap<>();
    for (StoredTensor tensor : table.weights().tensors()) {
      if (chosen.test(tensor.facts())) {
        formats.putIfAbsent(tensor.format(), tensor);
        elements.merge(tensor.format(), tensor.facts().elements(), Long::sum);
      }
    }
    List<String> terms = new ArrayList<>();
    elements.forEach(
        (name, count) -> {
          StoredTensor one = Objects.requireNonNull(formats.get(name));
          String blocks = one.blockWeights() == 1 ? "" : " / " + one.blockWeights();
          terms.add(
              String.format(
                  Locale.ROOT, "%s %,d%s × %s B", name, count, blocks, number(one.blockBytes())));
        });
    return String.join(" + ", terms);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
