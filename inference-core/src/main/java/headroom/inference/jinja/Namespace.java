package headroom.inference.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names that stay changed after the loop that changed them: {@code namespace(found=false)}. */
final class Namespace extends LinkedHashMap<String, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  Namespace(Map<String, @Nullable Object> first) {
    super(first);
  }
}
