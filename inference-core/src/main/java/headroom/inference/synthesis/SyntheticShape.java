package headroom.inference.synthesis;

import headroom.model.ModelSpec;
import java.util.OptionalDouble;

/**
 * What a synthesized model copies from a real one.
 *
 * @param model its layers and tensors
 * @param ropeTheta base of its rotary embedding; where unknown the key is left out and readers take
 *     llama.cpp's default, 10000
 */
public record SyntheticShape(ModelSpec model, OptionalDouble ropeTheta) {}
