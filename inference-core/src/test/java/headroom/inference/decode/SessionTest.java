package headroom.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.codec.UnsupportedFormatException;
import headroom.inference.sample.Greedy;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final int[] PROMPT = new Random(3).ints(600, 0, 320).toArray();
  private static LanguageModel model;

  @BeforeAll
  static void load() {
    model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static KvCacheSpec cache(QuantFormat format, int context) {
    return new KvCacheSpec(format, format, context, 1);
  }

  @Test
  void aPromptInBatchesEqualsOneTokenAtATime() {
    try (Session batched = model.newSession(cache(QuantFormat.F32, 600));
        Session single = model.newSession(cache(QuantFormat.F32, 600))) {
      float[] wanted = {};
      for (int token : PROMPT) {
        wanted = single.forward(token);
      }
      float[] found = batched.forward(PROMPT);
      assertThat(batched.position()).isEqualTo(600);
      assertThat(batched.room()).isZero();
      assertThat(found).containsExactly(wanted, within(2e-4f));
    }
  }

  @Test
  void logitsOfEachTokenEndWithThoseOfTheLast() {
    try (Session each = model.newSession(cache(QuantFormat.F32, 600));
        Session last = model.newSession(cache(QuantFormat.F32, 600))) {
      float[][] rows = each.forwardEach(PROMPT);
      assertThat(rows).hasNumberOfRows(600);
      // The output matrix meets 600 rows at once here and one row there: sums in another order.
      assertThat(rows[599]).containsExactly(last.forward(PROMPT), within(2e-5f));
    }
  }

  @Test
  void truncatedTokensAreForgotten() {
    try (Session session = model.newSession(cache(QuantFormat.F32, 64))) {
      float[] wanted = session.forward(1, 2, 3, 4);
      session.truncate(2);
      session.forward(300, 301, 302);
      session.truncate(2);
      assertThat(session.position()).isEqualTo(2);
      assertThat(session.forward(3, 4)).containsExactly(wanted, within(1e-5f));
      assertThatThrownBy(() -> session.truncate(5)).hasMessageContaining("wanted 0 to 4");
    }
  }

  @Test
  void sessionsOfOneModelDoNotDisturbEachOther() throws InterruptedException {
    float[] wanted;
    try (Session alone = model.newSession(cache(QuantFormat.F32, 64))) {
      wanted = alone.forward(5, 6, 7);
    }
    List<float[]> found = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Session session = model.newSession(cache(QuantFormat.F32, 64))) {
                      session.forward(5);
                      session.forward(6);
                      float[] logits = session.forward(7);
                      synchronized (found) {
                        found.add(logits);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(found).hasSize(4);
    for (float[] logits : found) {
      assertThat(logits).containsExactly(wanted, within(1e-5f));
    }
  }

  @Test
  void quantisedCachesStayCloseToF32AndTakeTheirShareOfMemory() {
    float[] exact;
    long exactBytes;
    try (Session session = model.newSession(cache(QuantFormat.F32, 600))) {
      exact = session.forward(PROMPT);
      exactBytes = session.cacheBytes();
      assertThat(exactBytes).isEqualTo(600L * 3 * 2 * (2 * 32) * Float.BYTES);
    }
    // The logits' spread is 3; rms distances allowed are a few steps of each format's grid.
    assertThat(distance(exact, QuantFormat.F16, exactBytes / 2)).isBetween(1e-6, 0.01);
    assertThat(distance(exact, QuantFormat.Q8_0, exactBytes / 128 * 34)).isBetween(1e-4, 0.1);
    assertThat(distance(exact, QuantFormat.Q4_0, exactBytes / 128 * 18)).isBetween(1e-3, 1.5);
  }

  private static double distance(float[] exact, QuantFormat format, long bytes) {
    try (Session session = model.newSession(cache(format, 600))) {
      assertThat(session.cacheBytes()).isEqualTo(bytes);
      float[] logits = session.forward(PROMPT);
      double squares = 0;
      for (int i = 0; i < exact.length; i++) {
        squares += Math.pow(logits[i] - exact[i], 2);
      }
      return Math.sqrt(squares / exact.length);
    }
  }

  @Test
  void wrongInputNamesWhatWasFoundAndWanted() {
    try (Session session = model.newSession(cache(QuantFormat.F32, 4))) {
      assertThatThrownBy(session::forward).hasMessageContaining("wanted at least 1");
      assertThatThrownBy(() -> session.forward(1, 320))
          .hasMessage("token 1 of 2 is 320; wanted 0 to 319");
      assertThatThrownBy(() -> session.forward(1, 2, 3, 4, 5))
          .hasMessageContaining("the cache holds 0 of 4 tokens; found 5 more");
      assertThat(session.position()).isZero();
    }
    assertThatThrownBy(() -> model.newSession(cache(QuantFormat.TQ1_0, 64)))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("cache of keys: found format TQ1_0");
    assertThatThrownBy(
            () -> model.newSession(new KvCacheSpec(QuantFormat.F16, QuantFormat.F16, 64, 2)))
        .hasMessageContaining("holds 1 sequence");
  }

  @Test
  void aClosedSessionSaysSo() {
    Session session = model.newSession(cache(QuantFormat.F32, 4));
    session.close();
    session.close();
    assertThatThrownBy(() -> session.forward(1)).hasMessageContaining("session is closed");
  }

  @Test
  void generationStopsAtAStopTokenAtTheLimitOrAtTheEndOfTheCache() {
    List<Integer> heard = new ArrayList<>();
    DecodeTrace free = generate(64, 10, Set.of(), heard);
    assertThat(free.tokens()).hasSize(10).isEqualTo(heard);
    assertThat(free.tokenNanos()).hasSize(9);
    assertThat(free.promptNanos()).isPositive();

    int third = free.tokens().get(2);
    int firstOccurrence = free.tokens().indexOf(third);
    DecodeTrace stopped = generate(64, 10, Set.of(third), new ArrayList<>());
    assertThat(stopped.tokens()).isEqualTo(free.tokens().subList(0, firstOccurrence + 1));

    DecodeTrace full = generate(6, 10, Set.of(), new ArrayList<>());
    assertThat(full.tokens()).isEqualTo(free.tokens().subList(0, 4));
  }

  private static DecodeTrace generate(
      int context, int maxTokens, Set<Integer> stop, List<Integer> heard) {
    try (Session session = model.newSession(cache(QuantFormat.F32, context))) {
      return new PlainDecoder()
          .generate(session, new int[] {9, 8, 7}, maxTokens, new Greedy(), stop, heard::add);
    }
  }
}
