/** From messages to the text that a model was trained to answer. */
@NullMarked
package headroom.inference.chat;

import org.jspecify.annotations.NullMarked;
