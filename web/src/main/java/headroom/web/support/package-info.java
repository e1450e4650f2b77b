/** What several pages share: forms and their faults, facts, sorting, errors, navigation. */
@NullMarked
package headroom.web.support;

import org.jspecify.annotations.NullMarked;
