package headroom.inference.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loop over the elements that pass its condition.
 *
 * @param otherwise what stands there where none does
 */
record Loop(
    List<String> names, Expression list, @Nullable Expression condition, Part body, Part otherwise)
    implements Part {
  @Override
  public Flow render(Scope scope, StringBuilder out) {
    List<@Nullable Object> elements = new ArrayList<>();
    for (Object element : Values.elements(list.in(scope))) {
      Scope inner = scope.inner();
      Statements.bind(inner, names, element);
      if (condition == null || Values.isTrue(condition.in(inner))) {
        elements.add(element);
      }
    }
    if (elements.isEmpty()) {
      return otherwise.render(scope, out);
    }
    Map<String, @Nullable Object> loop = new LinkedHashMap<>();
    Object[] changed = {new Undefined("nothing yet")};
    loop.put(
        "cycle",
        (Function)
            (all, _) ->
                all.isEmpty()
                    ? new Undefined("cycle")
                    : all.get((int) ((Long) value(loop, "index0") % all.size())));
    loop.put(
        "changed",
        (Function)
            (all, _) -> {
              boolean differs = !Values.equal(changed[0], all);
              changed[0] = all;
              return differs;
            });
    int size = elements.size();
    for (int i = 0; i < size; i++) {
      scope.budget().step();
      Scope inner = scope.inner();
      loop.put("index", i + 1L);
      loop.put("index0", (long) i);
      loop.put("revindex", (long) size - i);
      loop.put("revindex0", size - 1L - i);
      loop.put("first", i == 0);
      loop.put("last", i == size - 1);
      loop.put("length", (long) size);
      loop.put("depth", 1L);
      loop.put("depth0", 0L);
      loop.put("previtem", i == 0 ? new Undefined("previtem") : elements.get(i - 1));
      loop.put("nextitem", i == size - 1 ? new Undefined("nextitem") : elements.get(i + 1));
      inner.set("loop", loop);
      Statements.bind(inner, names, elements.get(i));
      if (body.render(inner, out) == Flow.BREAK) {
        break;
      }
    }
    return Flow.ON;
  }

  private static Object value(Map<String, @Nullable Object> loop, String name) {
    return java.util.Objects.requireNonNull(loop.get(name));
  }
}
