package headroom.inference.jinja;

import org.jspecify.annotations.Nullable;

/** Something with a value: null for none, Boolean, Long, Double, String, List, Map, Function. */
@FunctionalInterface
interface Expression {
  @Nullable Object in(Scope scope);
}
