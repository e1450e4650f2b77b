package headroom.web.results;

import java.util.Map;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What is ranked together: one model shape in one format, one test, one cache format.
 *
 * @param model catalogue id of the shape, or the SHA-256 of the header where none was named
 * @param label of the model for people
 * @param format of the weights
 * @param test in llama-bench's notation
 * @param cache formats of keys and values, {@code f16,f16}
 * @param machines rows of its table
 */
record Board(String model, String label, String format, String test, String cache, int machines) {
  /** Address of this board's table. */
  public String href() {
    return UriComponentsBuilder.fromPath("/leaderboard")
        .queryParam("model", "{model}")
        .queryParam("format", "{format}")
        .queryParam("test", "{test}")
        .queryParam("cache", "{cache}")
        .encode()
        .buildAndExpand(Map.of("model", model, "format", format, "test", test, "cache", cache))
        .toUriString();
  }

  /** Agrees with each of the choices that is not empty. */
  boolean matches(String model, String format, String test, String cache) {
    return agrees(model, this.model)
        && agrees(format, this.format)
        && agrees(test, this.test)
        && agrees(cache, this.cache);
  }

  private static boolean agrees(String asked, String mine) {
    return asked.isEmpty() || asked.equals(mine);
  }
}
