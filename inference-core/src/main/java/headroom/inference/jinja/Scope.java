package headroom.inference.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that a part of a template knows: its own, then those around it. */
final class Scope {
  private final @Nullable Scope around;
  private final Map<String, @Nullable Object> names = new HashMap<>();
  private final Budget budget;

  Scope(Map<String, ? extends @Nullable Object> globals, Budget budget) {
    this.around = null;
    this.budget = budget;
    names.putAll(globals);
  }

  private Scope(Scope around) {
    this.around = around;
    this.budget = around.budget;
  }

  Scope inner() {
    return new Scope(this);
  }

  Budget budget() {
    return budget;
  }

  void set(String name, @Nullable Object value) {
    names.put(name, value);
  }

  @Nullable Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      if (scope.names.containsKey(name)) {
        return scope.names.get(name);
      }
    }
    return new Undefined(name);
  }
}
