package headroom.inference.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that a template can call. */
@FunctionalInterface
public interface Function {
  /**
   * @param named arguments given by name
   */
  @Nullable Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> named);
}
