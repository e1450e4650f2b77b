package headroom.agent.experiment;

/** A technique that this model has no use for; the message says why and which model would. */
public final class NotForThisModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotForThisModelException(String message) {
    super(message);
  }
}
