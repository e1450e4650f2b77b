package headroom.web.fit;

import headroom.web.support.Field;
import headroom.web.support.Link;
import java.util.List;

/**
 * One field of the form.
 *
 * @param field name, value and fault
 * @param nearest what may have been meant, where the value is wrong
 */
record FieldView(Field field, List<Link> nearest) {}
