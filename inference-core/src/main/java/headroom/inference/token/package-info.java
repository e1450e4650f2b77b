/**
 * Text to token ids and back, exactly as llama.cpp does it, from the vocabulary in a GGUF header.
 */
@NullMarked
package headroom.inference.token;

import org.jspecify.annotations.NullMarked;
