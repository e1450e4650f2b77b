package headroom.inference.kvcache;

/** Rotates a key that was stored unrotated, as the place asks for that it has by now. */
@FunctionalInterface
public interface KeyTurn {
  /**
   * @param cell place within the cache, from 0
   * @param key of one head, from {@code offset} on
   */
  void turn(int cell, float[] key, int offset);
}
