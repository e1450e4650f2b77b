package headroom.agent.experiment;

import headroom.kv.CacheStorage;

/**
 * A way of keeping keys and values.
 *
 * @param name for people
 * @param storage formats and what becomes of old tokens
 */
record Way(String name, CacheStorage storage) {
  static Way of(String name, String storage) {
    return new Way(name, Setting.storage(storage));
  }
}
