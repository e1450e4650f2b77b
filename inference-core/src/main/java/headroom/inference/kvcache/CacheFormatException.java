package headroom.inference.kvcache;

/** A cache format that cannot hold a model's heads; the message names both and what can. */
public final class CacheFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public CacheFormatException(String message) {
    super(message);
  }
}
