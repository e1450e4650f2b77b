/** The arithmetic verbs a transformer is made of, and the threads that share them. */
@NullMarked
package headroom.inference.kernel;

import org.jspecify.annotations.NullMarked;
