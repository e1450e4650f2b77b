package headroom.web.fit;

import headroom.model.ModelSpec;
import headroom.quant.AsStored;
import java.util.Optional;

/**
 * What is to run.
 *
 * @param spec its facts
 * @param stored how its file stores it, where the facts come from a file
 */
record Subject(ModelSpec spec, Optional<AsStored> stored) {}
