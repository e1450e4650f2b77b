package headroom.inference.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments as they are written. */
record Arguments(List<Expression> plain, Map<String, Expression> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Arguments as they are given. */
  record Given(List<@Nullable Object> plain, Map<String, @Nullable Object> named) {
    @Nullable Object call(Function function) {
      return function.call(plain, named);
    }

    /** The argument at this place or of this name, else {@code otherwise}. */
    @Nullable Object get(int index, String name, @Nullable Object otherwise) {
      if (index < plain.size()) {
        return plain.get(index);
      }
      return named.containsKey(name) ? named.get(name) : otherwise;
    }
  }

  Given in(Scope scope) {
    List<@Nullable Object> values = new ArrayList<>();
    plain.forEach(argument -> values.add(argument.in(scope)));
    Map<String, @Nullable Object> byName = new LinkedHashMap<>();
    named.forEach((name, argument) -> byName.put(name, argument.in(scope)));
    return new Given(values, byName);
  }
}
