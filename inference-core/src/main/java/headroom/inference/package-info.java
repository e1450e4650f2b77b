/** A language model behind one door: load a file, open sessions, read logits. */
@NullMarked
package headroom.inference;

import org.jspecify.annotations.NullMarked;
