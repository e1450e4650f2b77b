package headroom.web.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class KeyPaceTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final KeyPace pace = new KeyPace((InstantSource) now::get);

  @Test
  void aUsedUpAddressGetsOneMoreEachMinute() {
    for (int i = 0; i < KeyPace.BURST; i++) {
      assertThat(pace.allows("a")).isTrue();
    }
    assertThat(pace.allows("a")).isFalse();
    assertThat(pace.allows("b")).isTrue();
    now.updateAndGet(t -> t.plus(KeyPace.REFILL));
    assertThat(pace.allows("a")).isTrue();
    assertThat(pace.allows("a")).isFalse();
  }
}
