/**
 * The files of models, devices and formats: one per thing, its path its id, loaded at start,
 * failing fast.
 */
@NullMarked
package headroom.catalogue;

import org.jspecify.annotations.NullMarked;
