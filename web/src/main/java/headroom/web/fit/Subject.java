package headroom.web.fit;

import headroom.catalogue.CatalogueModel;
import headroom.model.ModelSpec;
import headroom.quant.AsStored;
import headroom.quant.GgufMix;
import java.util.Optional;

/**
 * What is to run.
 *
 * @param spec its facts
 * @param stored how its file stores it, where the facts come from a file
 * @param usual the mix that it usually comes in, where it is one of the catalogue
 */
record Subject(ModelSpec spec, Optional<AsStored> stored, Optional<GgufMix> usual) {

  static Subject of(CatalogueModel model, ModelSpec spec) {
    return new Subject(spec, Optional.empty(), Optional.of(model.usualMix()));
  }

  static Subject of(ModelSpec spec, AsStored stored) {
    return new Subject(spec, Optional.of(stored), Optional.empty());
  }
}
