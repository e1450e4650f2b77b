package headroom.inference.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part with parameters.
 *
 * @param parameters and what they are where nothing is given
 * @param around where it was defined
 */
record Macro(Map<String, @Nullable Expression> parameters, Part body, Scope around)
    implements Function {
  @Override
  public Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
    Scope inner = around.inner();
    Budget budget = around.budget();
    budget.enter();
    try {
      if (budget.caller() != null) {
        inner.set("caller", budget.caller());
      }
      int index = 0;
      for (Map.Entry<String, @Nullable Expression> parameter : parameters.entrySet()) {
        String name = parameter.getKey();
        Expression otherwise = parameter.getValue();
        Object value =
            index < arguments.size()
                ? arguments.get(index)
                : named.containsKey(name)
                    ? named.get(name)
                    : otherwise == null ? new Undefined(name) : otherwise.in(inner);
        inner.set(name, value);
        index++;
      }
      StringBuilder out = new StringBuilder();
      body.render(inner, out);
      return out.toString();
    } finally {
      budget.leave();
    }
  }

  /** Runs something whose macros see the caller that this scope has. */
  static void withCaller(Scope scope, Runnable work) {
    Object before = scope.budget().caller();
    scope.budget().caller(scope.get("caller"));
    try {
      work.run();
    } finally {
      scope.budget().caller(before);
    }
  }
}
