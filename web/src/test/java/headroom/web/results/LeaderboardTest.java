package headroom.web.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderboardTest extends Uploads {
  private static final String CPU = "AMD Ryzen 9 7950X 16-Core Processor";

  @BeforeEach
  void empty() {
    jdbc.sql("truncate runs, cells").update();
  }

  @Test
  void anEmptyLeaderboardSaysHowToFillIt() {
    assertThat(page("/leaderboard"))
        .contains("Nobody has sent a run")
        .contains("curl -fO http://localhost/agent/headroom-agent.jar");
    assertThat(page("/results")).contains("curl -fO http://localhost/agent/headroom-agent.jar");
  }

  @Test
  void rowsAreRankedByTheComputedMedian() {
    String key = newKey("ranker");
    sendGolden(key, CPU, "Slow CPU");
    faster(key, "Fast CPU", 2);
    String page = page("/leaderboard?test=tg128");
    assertThat(page)
        .containsPattern("(?s)Fast CPU.*Slow CPU")
        .contains("536 tok/s")
        .contains("50 %");
    assertThat(page("/leaderboard?test=tg128&cpu=slow")).doesNotContain("Fast CPU");
  }

  @Test
  void anAgentHasOneRowForAProcessorAndItIsItsMiddleRun() {
    String key = newKey("tries");
    UUID slow = sendGolden(key);
    UUID middle = faster(key, CPU, 2);
    UUID best = faster(key, CPU, 4);
    assertThat(page("/leaderboard?test=tg128"))
        .contains("/results/" + middle)
        .doesNotContain("/results/" + slow)
        .doesNotContain("/results/" + best);
  }

  @Test
  void ofTwoRunsTheSlowerCounts() {
    String key = newKey("two");
    UUID slow = sendGolden(key);
    faster(key, CPU, 2);
    assertThat(page("/leaderboard?test=tg128")).contains("/results/" + slow);
  }

  @Test
  void anotherAgentOnTheSameProcessorHasItsOwnRow() {
    UUID one = sendGolden(newKey("one"));
    UUID other = sendGolden(newKey("other"));
    assertThat(page("/leaderboard?test=tg128"))
        .contains("/results/" + one)
        .contains("/results/" + other);
  }

  @Test
  void onlyLikeIsRankedWithLike() {
    String key = newKey("like");
    UUID f16 = sendGolden(key);
    UUID q8 = sendGolden(key, "\"keyFormat\": \"f16\"", "\"keyFormat\": \"q8_0\"");
    UUID q4 = sendGolden(key, "\"format\": \"Q8_0\"", "\"format\": \"Q4_0\"");
    UUID other = sendGolden(key, "\"shape\": \"smollm2-135m\",", "");
    assertThat(page("/leaderboard?model=smollm2-135m&format=Q8_0&test=tg128&cache=f16,f16"))
        .contains("/results/" + f16)
        .doesNotContain("/results/" + q8)
        .doesNotContain("/results/" + q4)
        .doesNotContain("/results/" + other);
  }

  @Test
  void quarantinedRunsAreNeverRanked() {
    String key = newKey("never");
    UUID accepted = sendGolden(key);
    UUID impossible = faster(newKey("cheat"), CPU, 1000);
    assertThat(page("/results/" + impossible)).contains("quarantined</span>");
    assertThat(page("/leaderboard?test=tg128"))
        .contains("/results/" + accepted)
        .doesNotContain(impossible.toString());
  }

  @Test
  void aBoardThatDoesNotExistNamesThoseThatDo() {
    sendGolden(newKey("others"));
    assertThat(page("/leaderboard?model=unheard-of"))
        .contains("No accepted run agrees")
        .contains("model=smollm2-135m&amp;format=Q8_0&amp;test=tg128");
  }

  /** The golden run with every tg128 sample this many times as fast. */
  private UUID faster(String key, String cpu, int times) {
    UUID id = UUID.randomUUID();
    String document = GoldenRun.replaced(GoldenRun.withId(id), CPU, cpu);
    document =
        java.util.regex.Pattern.compile("\\b4[78]\\d{7}\\b")
            .matcher(document)
            .replaceAll(nanos -> Long.toString(Long.parseLong(nanos.group()) / times));
    var answer = send(key, document);
    assertThat(answer).hasStatus(201);
    return id;
  }
}
