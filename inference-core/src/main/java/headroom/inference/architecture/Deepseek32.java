package headroom.inference.architecture;

import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/**
 * DeepSeek-V3.2 (arXiv 2512.02556): V3 with an indexer in every layer that chooses which tokens are
 * attended to.
 */
final class Deepseek32 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = IndexerReader.rope(in);
    LatentReader latent = new LatentReader(in, rope, null);
    IndexerReader indexer = new IndexerReader(in, rope.withStyle(RotaryStyle.HALVES));
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                latent.read(layer, indexer.own(layer)), Deepseek2.network(layer, Gating.SIGMOID)));
  }
}
