package headroom.agent.bench;

/** A measuring process that ended before it was done, and what it said last. */
public final class ForkFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ForkFailedException(String message) {
    super(message);
  }
}
