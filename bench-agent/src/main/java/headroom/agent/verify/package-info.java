/** The engine held against golden outputs. */
@NullMarked
package headroom.agent.verify;

import org.jspecify.annotations.NullMarked;
