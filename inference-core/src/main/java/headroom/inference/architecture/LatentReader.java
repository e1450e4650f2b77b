package headroom.inference.architecture;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Linear;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.LatentAttention;
import headroom.inference.transformer.QueryTemperature;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TokenSelection;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Latent attention as files store it: with the up-projections of keys and values apart, those of
 * keys transposed ({@code attn_k_b}, {@code attn_v_b}), or, in files from before April 2025, as one
 * matrix ({@code attn_kv_b}), which is taken apart here.
 */
final class LatentReader {
  private final ModelReader in;
  private final RopeSpec rope;
  private final @Nullable QueryTemperature temperature;
  private final int heads;
  private final int latent;
  private final int plain;
  private final int rotated;
  private final int valueSize;
  private final boolean split;

  LatentReader(ModelReader in, RopeSpec rope, @Nullable QueryTemperature temperature) {
    this.in = in;
    this.rope = rope;
    this.temperature = temperature;
    this.heads = in.heads(0).count();
    this.latent = in.count("attention.kv_lora_rank");
    this.rotated = rope.dimensions();
    this.split = in.findCount("attention.key_length_mla").isPresent();
    int keySize = split ? in.count("attention.key_length_mla") : in.heads(0).keySize();
    this.valueSize = split ? in.count("attention.value_length_mla") : in.heads(0).valueSize();
    this.plain = keySize - rotated;
    if (plain < 1) {
      throw in.fault(
          "keys '….attention.key_length_mla' and '….rope.dimension_count' are %d and %d;"
              + " wanted some elements that are not rotated",
          keySize, rotated);
    }
    if ((long) heads * Math.max(latent + rotated, plain + (long) valueSize) > Integer.MAX_VALUE) {
      throw in.fault(
          "keys '….attention.head_count' and '….kv_lora_rank' are %d and %d; wanted rows"
              + " of fewer than 2^31",
          heads, latent);
    }
  }

  /** Attention to all tokens. */
  LatentAttention read(LayerReader layer) {
    return read(layer, null);
  }

  /** Attention to those tokens that are chosen. */
  LatentAttention read(LayerReader layer, @Nullable TokenSelection selection) {
    int embedding = layer.embedding();
    int queryRows = heads * (plain + rotated);
    boolean compressed = !in.has(layer.name("attn_q.weight"));
    if (selection != null && !compressed) {
      throw in.fault(
          "tensor '%s' makes queries of what is not compressed; wanted '%s' and '%s', for an"
              + " indexer reads what is",
          layer.name("attn_q.weight"),
          layer.name("attn_q_a.weight"),
          layer.name("attn_q_b.weight"));
    }
    int rank = compressed ? in.count("attention.q_lora_rank") : embedding;
    return new LatentAttention(
        new AttentionShape(
            heads,
            1,
            latent + rotated,
            latent,
            scoreScale(),
            Float.POSITIVE_INFINITY,
            Integer.MAX_VALUE),
        rope,
        compressed
            ? new LatentAttention.QueryCompression(
                layer.projection("attn_q_a", embedding, rank), layer.norm("attn_q_a_norm", rank))
            : null,
        layer.projection(compressed ? "attn_q_b" : "attn_q", rank, queryRows),
        layer.projection("attn_kv_a_mqa", embedding, latent + rotated),
        layer.norm("attn_kv_a_norm", latent),
        split ? stacked(layer.name("attn_k_b.weight"), plain, latent) : oldKeys(layer),
        split ? stacked(layer.name("attn_v_b.weight"), latent, valueSize) : oldValues(layer),
        temperature,
        layer.projection("attn_output", heads * valueSize, embedding),
        selection);
  }

  /**
   * 1/√(key size) times the square of YaRN's magnitude, as {@code modeling_deepseek.py} has it; the
   * file's multiplier is a tenth of {@code mscale_all_dim}.
   */
  private float scoreScale() {
    float factor = 1 / rope.frequencyScale();
    float multiplier = in.findNumber("rope.scaling.yarn_log_multiplier").orElse(0f);
    double extension = Math.log(factor);
    // llama.cpp counts what it multiplies rotated vectors by twice without YaRN; files have none.
    double rotatedBy =
        rope.yarn().isPresent() ? rope.magnitude() : rope.magnitude() * (1 + 0.1 * extension);
    double magnitude = rotatedBy * (1 + multiplier * extension);
    return (float) (magnitude * magnitude / Math.sqrt(plain + rotated));
  }

  /** One matrix [rows, columns] per head. */
  private List<Linear> stacked(String name, int columns, int rows) {
    Tensor all = in.tensor(name, columns, rows, heads);
    List<Linear> matrices = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      matrices.add(in.bind(all.rows(h * rows, rows)));
    }
    return matrices;
  }

  private Tensor oldPair(LayerReader layer) {
    return in.tensor(layer.name("attn_kv_b.weight"), latent, (long) heads * (plain + valueSize));
  }

  private List<Linear> oldValues(LayerReader layer) {
    Tensor both = oldPair(layer);
    List<Linear> matrices = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      matrices.add(in.bind(both.rows(h * (plain + valueSize) + plain, valueSize)));
    }
    return matrices;
  }

  private List<Linear> oldKeys(LayerReader layer) {
    Tensor both = oldPair(layer);
    List<Linear> matrices = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      matrices.add(in.bind(transposed(both.rows(h * (plain + valueSize), plain))));
    }
    return matrices;
  }

  /** [columns, rows] in F32 and in memory of its own, freed with the model. */
  private static Tensor transposed(Tensor matrix) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    MemorySegment data = Arena.ofAuto().allocate((long) rows * columns * Float.BYTES, Float.BYTES);
    for (int r = 0; r < rows; r++) {
      float[] row = ModelReader.row(matrix, r);
      for (int c = 0; c < columns; c++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) c * rows + r, row[c]);
      }
    }
    return new Tensor(
        matrix.name() + " transposed", QuantFormat.F32, List.of((long) rows, (long) columns), data);
  }
}
