/** What a key-value cache holds: formats, cells and sequences. */
@NullMarked
package headroom.kv;

import org.jspecify.annotations.NullMarked;
