/** The verbs as scalar loops: the definition every faster kernel is compared with. */
@NullMarked
package headroom.inference.kernel.reference;

import org.jspecify.annotations.NullMarked;
