package headroom.inference.architecture;

import headroom.inference.transformer.LayerWeights;

/**
 * Mamba (arXiv 2312.00752) and Falcon Mamba (arXiv 2410.05355): selective scans and nothing else.
 */
final class Mamba implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    SelectiveScanReader scans = new SelectiveScanReader(in);
    return in.model(
        in.dimensions(), layer -> LayerWeights.mixer(layer.norm("attn_norm"), scans.read(layer)));
  }
}
