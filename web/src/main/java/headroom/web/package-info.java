/** The site: one package per feature, started by {@link headroom.web.HeadroomApplication}. */
@NullMarked
package headroom.web;

import org.jspecify.annotations.NullMarked;
