/** Devices: the list, the page of each, and several side by side. */
@NullMarked
package headroom.web.devices;

import org.jspecify.annotations.NullMarked;
