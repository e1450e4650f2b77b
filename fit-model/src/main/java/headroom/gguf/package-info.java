/** GGUF files: headers read from disk or over HTTP without trusting them, whole files written. */
@NullMarked
package headroom.gguf;

import org.jspecify.annotations.NullMarked;
