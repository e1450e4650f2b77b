package headroom.inference.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.kv.CacheScheme;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows hold the number of their token, so that a test sees who is left. */
class EvictionTest {
  private static final int HEADS = 3;

  private static KvCache cache(CacheScheme scheme, int context, int window) {
    return new KvCache(
        new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, context, 1, scheme),
        List.of(new KvShape(HEADS, 2, 2, false, window)));
  }

  private static void write(KvCache cache, int tokens) {
    cache.makeRoomFor(tokens);
    for (int i = 0; i < tokens; i++) {
      float[] row = new float[HEADS * 2];
      for (int head = 0; head < HEADS; head++) {
        row[head * 2] = cache.seen() + i;
        row[head * 2 + 1] = head;
      }
      cache.keys(0).write(cache.length() + i, row, 0);
      cache.values(0).write(cache.length() + i, row, 0);
    }
    cache.append(tokens);
  }

  private static List<Integer> left(KvCache cache, int head) {
    float[] found = new float[2];
    List<Integer> tokens = new ArrayList<>();
    for (int cell = 0; cell < cache.length(); cell++) {
      cache.values(0).read(cell, head, found, 0);
      assertThat(found[1]).isEqualTo(head);
      tokens.add((int) found[0]);
    }
    return tokens;
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "5"})
  void sinksAndTheNewestStay(int batch) {
    try (KvCache cache = cache(new CacheScheme.Sinks(4, 20), 1000, KvShape.EVERYTHING)) {
      assertThat(cache.batch()).isEqualTo(5);
      for (int done = 0; done < 300; done += batch) {
        write(cache, batch);
        int seen = done + batch;
        List<Integer> wanted =
            seen <= 24
                ? IntStream.range(0, seen).boxed().toList()
                : IntStream.concat(IntStream.range(0, 4), IntStream.range(seen - 20, seen))
                    .boxed()
                    .toList();
        for (int head = 0; head < HEADS; head++) {
          assertThat(left(cache, head)).isEqualTo(wanted);
        }
        assertThat(cache.position()).isEqualTo(cache.length());
      }
      assertThat(cache.seen()).isGreaterThanOrEqualTo(300);
      assertThat(cache.bytes()).isEqualTo(24L * HEADS * 2 * 2 * Float.BYTES);
    }
  }

  @Test
  void keysAreTurnedByThePlaceTheyHaveNow() {
    try (KvCache cache = cache(new CacheScheme.Sinks(1, 3), 10, KvShape.EVERYTHING)) {
      cache.turnKeys(0, (cell, key, offset) -> key[offset + 1] = 100 + cell);
      for (int i = 0; i < 9; i++) {
        write(cache, 1);
      }
      float[] key = new float[3];
      cache.keys(0).read(3, 2, key, 1);
      assertThat(key).containsExactly(0, 8, 103);
      cache.keys(0).read(0, 2, key, 1);
      assertThat(key).containsExactly(0, 0, 100);
    }
  }

  /** Algorithm 1 of H2O, written down a second time over lists of tokens. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void theMostAttendedAndTheNewestStay(int batch) {
    Random random = new Random(5);
    List<List<double[]>> model = new ArrayList<>(); // [heads] of {token, credit}
    for (int head = 0; head < HEADS; head++) {
      model.add(new ArrayList<>());
    }
    int heavy = 7;
    int recent = 12;
    try (KvCache cache =
        cache(new CacheScheme.HeavyHitters(heavy, recent), 1000, KvShape.EVERYTHING)) {
      for (int done = 0; done < 90; done += batch) {
        int seen = done;
        for (List<double[]> head : model) {
          while (head.size() + batch > heavy + recent) {
            head.stream()
                .filter(token -> token[0] < seen + batch - recent)
                .min(Comparator.comparingDouble(token -> token[1]))
                .ifPresent(head::remove);
          }
        }
        write(cache, batch);
        for (int head = 0; head < HEADS; head++) {
          for (int i = 0; i < batch; i++) {
            model.get(head).add(new double[] {done + i, 0});
          }
          for (int cell = 0; cell < cache.length(); cell++) {
            double token = model.get(head).get(cell)[0];
            double share = random.nextDouble() * ((token + head) % 5 == 0 ? 30 : 1);
            cache.credit(0, head, cell, share);
            model.get(head).get(cell)[1] += share;
          }
          assertThat(left(cache, head))
              .isEqualTo(model.get(head).stream().map(token -> (int) token[0]).toList());
        }
        assertThat(cache.position()).isEqualTo(cache.seen());
      }
      assertThat(left(cache, 0)).isNotEqualTo(left(cache, 1));
      cache.truncate(0);
      assertThat(cache.length()).isZero();
      write(cache, 3);
      assertThat(left(cache, 1)).containsExactly(0, 1, 2);
    }
  }

  @Test
  void aLayerThatSeesAWindowKeepsThatAndABatch() {
    int window = 10;
    try (KvCache cache = cache(CacheScheme.WHOLE, 3000, window)) {
      assertThat(cache.bytes()).isEqualTo((10L + KvCache.BATCH) * HEADS * 2 * 2 * Float.BYTES);
      float[] found = new float[2];
      for (int batch : new int[] {512, 1, 512, 7, 500}) {
        int first = cache.length();
        write(cache, batch);
        // Every query of the batch still reads what it sees.
        for (int token = Math.max(0, first - window + 1); token < cache.length(); token++) {
          cache.keys(0).read(token, 1, found, 0);
          assertThat(found[0]).isEqualTo(token);
        }
      }
      assertThat(cache.reaches(1520)).isTrue();
      assertThat(cache.reaches(900)).isFalse();
      assertThatThrownBy(() -> cache.truncate(900))
          .hasMessageContaining("cannot truncate to 900 tokens")
          .hasMessageContaining("wanted 0, and the tokens again");
      cache.truncate(0);
      write(cache, 20);
      assertThat(cache.reaches(1)).isTrue();
    }
  }

  @Test
  void evictedTokensDoNotComeBack() {
    try (KvCache cache = cache(new CacheScheme.Sinks(2, 4), 100, KvShape.EVERYTHING)) {
      write(cache, 1);
      write(cache, 1);
      assertThat(cache.reaches(1)).isTrue();
      for (int i = 0; i < 9; i++) {
        write(cache, 1);
      }
      assertThat(cache.reaches(1)).isFalse();
      assertThat(cache.reaches(0)).isTrue();
      assertThatThrownBy(() -> cache.truncate(3)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void layersThatKeepOtherThingsAreRefused() {
    CacheScheme sinks = new CacheScheme.Sinks(4, 20);
    assertThatThrownBy(() -> cache(sinks, 100, 8))
        .isInstanceOf(CacheFormatException.class)
        .hasMessageContaining("found layer 0 with a window of 8 tokens; use f16 or q8_0");
    assertThatThrownBy(
            () ->
                new KvCache(
                    new KvCacheSpec(QuantFormat.F16, QuantFormat.F16, 64, 1, sinks),
                    List.of(new KvShape(1, 48, 32, true, KvShape.EVERYTHING))))
        .hasMessageContaining("one latent for both");
    assertThatThrownBy(
            () ->
                new KvCache(
                    new KvCacheSpec(QuantFormat.Q8_0, QuantFormat.Q8_0, 64, 1, sinks),
                    List.of(new KvShape(4, 8, 8))))
        .hasMessageContaining("found Q8_0 for heads of 8 elements; use f16, bf16 or f32");
  }

  @Test
  void storageReadsWhatItWrites() {
    for (String text : new String[] {"f16@sinks:4+252", "q8_0@h2o:64+64", "q8_0,q4_0@sinks:0+9"}) {
      assertThat(CacheStorage.parse(text).orElseThrow().text()).isEqualTo(text);
    }
    assertThat(CacheStorage.parse("h2o:3+4").orElseThrow().text()).isEqualTo("f16@h2o:3+4");
    for (String text : new String[] {"sinks", "sinks:4", "kivi-2@sinks:4+4", "@h2o:4+4", "h2o:4"}) {
      assertThat(CacheStorage.parse(text)).as(text).isEmpty();
    }
    assertThatThrownBy(() -> CacheStorage.parse("sinks:4+0"))
        .hasMessage("sinks keep the first 4 and the last 0 tokens; wanted 0 or more and 1 or more");
    assertThatThrownBy(() -> CacheStorage.parse("h2o:0+4"))
        .hasMessage("h2o keeps 0 heavy and the last 4 tokens; wanted 1 or more of each");
  }
}
