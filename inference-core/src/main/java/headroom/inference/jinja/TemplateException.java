package headroom.inference.jinja;

/** A template that cannot be read or filled; the message says where and why. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }

  static TemplateException at(int line, String message) {
    return new TemplateException("chat template, line %d: %s".formatted(line, message));
  }
}
