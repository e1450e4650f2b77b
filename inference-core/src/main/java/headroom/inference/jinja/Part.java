package headroom.inference.jinja;

import java.util.List;

/** A piece of a template, ready to be filled. */
@FunctionalInterface
interface Part {
  /** Whether to go on, or to leave a loop's body or the loop. */
  enum Flow {
    ON,
    CONTINUE,
    BREAK
  }

  Flow render(Scope scope, StringBuilder out);

  /** One after the other. */
  static Part all(List<Part> parts) {
    List<Part> copy = List.copyOf(parts);
    return (scope, out) -> {
      for (Part part : copy) {
        Flow flow = part.render(scope, out);
        Budget.requireSize(out.length());
        if (flow != Flow.ON) {
          return flow;
        }
      }
      return Flow.ON;
    };
  }
}
