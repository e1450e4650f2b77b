package headroom.web.agents;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * How many keys one address may ask for: 60 at once, one more each minute. It holds for one process
 * and forgets at a restart; it is there against a loop gone wild, not against a determined crowd.
 */
@Component
class KeyPace {
  static final int BURST = 60;
  static final Duration REFILL = Duration.ofMinutes(1);

  /** Addresses remembered; the one asked longest ago is forgotten first. */
  private static final int ADDRESSES = 10_000;

  private final InstantSource clock;
  private final Map<String, Long> fullAgainAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > ADDRESSES;
        }
      };

  KeyPace() {
    this(InstantSource.system());
  }

  KeyPace(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes one from the address's allowance; false where it is used up. */
  synchronized boolean allows(String address) {
    long now = clock.millis();
    long fullAgain = Math.max(fullAgainAt.getOrDefault(address, now), now) + REFILL.toMillis();
    if (fullAgain - now > BURST * REFILL.toMillis()) {
      return false;
    }
    fullAgainAt.put(address, fullAgain);
    return true;
  }
}
