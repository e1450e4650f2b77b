/** How well a model predicts a text, and how far two predictions lie apart. */
@NullMarked
package headroom.inference.evaluation;

import org.jspecify.annotations.NullMarked;
