package headroom.web.database;

/** The embedded database could not start; says why and what to do about it. */
public final class DatabaseStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String action;

  public DatabaseStartException(String message, String action) {
    super(message);
    this.action = action;
  }

  public DatabaseStartException(String message, String action, Throwable cause) {
    super(message, cause);
    this.action = action;
  }

  /** What the reader of the message can do, in one sentence. */
  public String action() {
    return action;
  }
}
