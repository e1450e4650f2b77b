package headroom.inference.architecture;

import headroom.inference.transformer.RopeSpec;
import org.jspecify.annotations.Nullable;

/** Granite 4: Granite's layers, most of them with Mamba 2 in the place of attention. */
final class GraniteHybrid implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    @Nullable RopeSpec rope = Granite.rope(in);
    StateSpaceReader spaces = new StateSpaceReader(in);
    return in.model(
        in.dimensions(),
        Granite.scaling(in),
        layer ->
            layer.standard(
                layer.attends() ? layer.attention(Granite.shape(layer), rope) : spaces.read(layer),
                Granite.feedForward(layer)));
  }
}
