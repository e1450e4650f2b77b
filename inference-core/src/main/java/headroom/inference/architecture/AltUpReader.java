package headroom.inference.architecture;

import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.AltUp;
import headroom.inference.transformer.Projection;
import java.util.List;
import java.util.stream.IntStream;

/** Alternating updates, as files of Gemma 3n store them. */
final class AltUpReader {
  /** {@code n_altup} and {@code laurel_rank} of llama-hparams.h. */
  private static final int STREAMS = 4;

  private static final int LAUREL_RANK = 64;

  private final ModelReader in;
  private final int streams;

  AltUpReader(ModelReader in) {
    this.in = in;
    this.streams = in.findCount("altup.num_inputs").orElse(STREAMS);
    if (streams != STREAMS) {
      throw in.fault(
          "key '….altup.num_inputs' is %d; wanted %d streams, as all models of this kind have",
          streams, STREAMS);
    }
    if (in.findCount("altup.active_idx").isPresent()) {
      throw in.fault(
          "key '….altup.active_idx' is %d; wanted 0, for layers work on the first stream",
          in.count("altup.active_idx"));
    }
  }

  AltUp read(int embedding) {
    return new AltUp(others("altup_proj", embedding), others("altup_unembd_proj", embedding));
  }

  /** One matrix for each stream but the first. */
  private List<Projection> others(String name, int embedding) {
    Tensor all = in.tensor(name + ".weight", embedding, embedding, streams - 1);
    return IntStream.range(0, streams - 1)
        .mapToObj(i -> new Projection(in.bind(all.rows(i * embedding, embedding)), null))
        .toList();
  }

  AltUp.Layer layer(LayerReader layer) {
    int embedding = layer.embedding();
    return new AltUp.Layer(
        layer.norm("altup_router_norm"),
        rows(layer, "altup_router", embedding, streams),
        rows(layer, "altup_predict_coef", streams, streams * streams),
        rows(layer, "altup_correct_coef", streams, streams),
        in.vector(layer.name("altup_correct_scale.weight"), embedding),
        new AltUp.Laurel(
            layer.projection("laurel_l", embedding, LAUREL_RANK),
            layer.projection("laurel_r", LAUREL_RANK, embedding),
            layer.norm("laurel_post_norm")));
  }

  /** A small matrix, decoded. */
  private float[][] rows(LayerReader layer, String name, int columns, int rows) {
    Tensor matrix = in.tensor(layer.name(name) + ".weight", columns, rows);
    return IntStream.range(0, rows)
        .mapToObj(row -> ModelReader.row(matrix, row))
        .toArray(float[][]::new);
  }
}
