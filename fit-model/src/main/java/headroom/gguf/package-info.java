/** GGUF headers, read from a file or over HTTP ranges, never trusting what they claim. */
@NullMarked
package headroom.gguf;

import org.jspecify.annotations.NullMarked;
