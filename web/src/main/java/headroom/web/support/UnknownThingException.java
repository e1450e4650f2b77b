package headroom.web.support;

import java.util.List;

/** Something was asked for by an id that nothing here has; answered with 404 and what is near. */
public final class UnknownThingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Link> nearest;

  /**
   * @param kind what it would have been: {@code device}, {@code model} …
   * @param id as it was asked for
   * @param nearest what may have been meant
   */
  public UnknownThingException(String kind, String id, List<Link> nearest) {
    super("There is no " + kind + " ‘" + shortened(id) + "’.");
    this.nearest = List.copyOf(nearest);
  }

  public List<Link> nearest() {
    return nearest;
  }

  private static String shortened(String id) {
    return id.length() <= 80 ? id : id.substring(0, 80) + "…";
  }
}
