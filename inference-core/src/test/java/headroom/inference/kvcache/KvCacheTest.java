package headroom.inference.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.kv.CacheScheme;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KvCacheTest {
  private static final int HEADS = 2;

  static Stream<QuantFormat> formats() {
    return CacheStorage.FORMATS.stream();
  }

  private static float[] random(int tokens, int headSize) {
    Random random = new Random(11);
    float[] x = new float[tokens * HEADS * headSize];
    for (int i = 0; i < x.length; i++) {
      // One channel of each head is an outlier, as keys have them.
      x[i] = (float) random.nextGaussian() * (i % headSize == 3 ? 20 : 1);
    }
    return x;
  }

  /** Writes tokens from {@code first} on to the only layer, in batches. */
  /** In pieces of as many tokens as the cache takes at once. */
  private static void write(KvCache cache, float[] x, int headSize, int first, int... batches) {
    for (int batch : batches) {
      int end = first + batch;
      while (first < end) {
        int step = Math.min(cache.batch(), end - first);
        for (int t = first; t < first + step; t++) {
          cache.keys(0).write(t, x, t * HEADS * headSize);
          cache.values(0).write(t, x, t * HEADS * headSize);
        }
        cache.append(step);
        first += step;
      }
    }
  }

  private static KvCache cache(KvCacheSpec spec, int headSize) {
    return new KvCache(spec, List.of(new KvShape(HEADS, headSize, headSize)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyHeadReadsWhatItsCodecMakesOfTheRow(QuantFormat format) {
    for (int headSize : new int[] {16, 32, 48, 64, 80}) { // 16, 48 and 80 share blocks of 32
      float[] x = random(5, headSize);
      BlockCodec codec = Codecs.require(format, "the test");
      int row = HEADS * headSize;
      byte[] bytes = new byte[(int) format.bytesFor(row).value()];
      float[] wanted = new float[row];
      float[] found = new float[headSize + 1];
      try (KvCache cache = cache(new KvCacheSpec(format, format, 8, 1), headSize)) {
        write(cache, x, headSize, 0, 5);
        assertThat(cache.bytes()).isEqualTo(2 * format.bytesFor(8L * row).value());
        for (int t = 0; t < 5; t++) {
          codec.encodeRow(x, t * row, row, MemorySegment.ofArray(bytes), 0);
          codec.decodeRow(MemorySegment.ofArray(bytes), 0, wanted, 0, row);
          for (int head = 0; head < HEADS; head++) {
            cache.values(0).read(t, head, found, 1);
            for (int i = 0; i < headSize; i++) {
              assertThat(found[1 + i]).isEqualTo(wanted[head * headSize + i]);
            }
          }
        }
      }
    }
  }

  @Test
  void headsThatFillNoBlockAreRefusedWithWhatWouldDo() {
    assertThatThrownBy(() -> cache(new KvCacheSpec(QuantFormat.F16, QuantFormat.Q4_0, 8, 1), 8))
        .isInstanceOf(CacheFormatException.class)
        .hasMessage(
            "cache format Q4_0 stores blocks of 32; found 2 value heads of 8 elements; use f16,"
                + " bf16 or f32");
  }

  @Test
  void keysAndValuesHaveFormatsOfTheirOwn() {
    try (KvCache cache = cache(new KvCacheSpec(QuantFormat.Q8_0, QuantFormat.Q4_0, 8, 1), 32)) {
      assertThat(cache.bytes()).isEqualTo(8L * HEADS * (34 + 18));
    }
  }

  /** What 2 bits make of some numbers, written down a second time (arXiv 2402.02750, section 3). */
  private static float twoBits(float[] group, int index) {
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    for (float x : group) {
      least = Math.min(least, x);
      most = Math.max(most, x);
    }
    float scale = (most - least) / 3;
    long code = (long) Math.rint((group[index] - least) / scale);
    return half(scale) * code + half(least);
  }

  private static float half(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }

  @ParameterizedTest
  @CsvSource({"200, 1", "200, 200", "33, 3", "31, 31", "64, 32", "600, 20"})
  void kiviKeepsTheNewestWholeAndRoundsTheOthersByItsDefinition(int tokens, int batch) {
    int headSize = 64;
    int residual = 32;
    int row = HEADS * headSize;
    float[] x = random(tokens, headSize);
    KvCacheSpec spec =
        new KvCacheSpec(
            QuantFormat.F16, QuantFormat.F16, tokens + 5, 1, new CacheScheme.Kivi(residual));
    try (KvCache cache = cache(spec, headSize)) {
      for (int t = 0; t < tokens; t += batch) {
        write(cache, x, headSize, t, Math.min(batch, tokens - t));
      }
      int oldKeys = tokens / residual * residual;
      int oldValues = Math.max(0, tokens - residual);
      float[] key = new float[headSize];
      float[] value = new float[headSize];
      for (int t = 0; t < tokens; t++) {
        for (int head = 0; head < HEADS; head++) {
          cache.keys(0).read(t, head, key, 0);
          cache.values(0).read(t, head, value, 0);
          for (int i = 0; i < headSize; i++) {
            float[] channel = new float[32];
            float[] channels = new float[32];
            for (int j = 0; j < 32; j++) {
              int token = t / 32 * 32 + j;
              channel[j] = token < tokens ? half(x[token * row + head * headSize + i]) : 0;
              channels[j] = half(x[t * row + head * headSize + i / 32 * 32 + j]);
            }
            float whole = half(x[t * row + head * headSize + i]);
            assertThat(key[i])
                .as("key %d of token %d", i, t)
                .isEqualTo(t < oldKeys ? twoBits(channel, t % 32) : whole);
            assertThat(value[i])
                .as("value %d of token %d", i, t)
                .isEqualTo(t < oldValues ? twoBits(channels, i % 32) : whole);
          }
        }
      }
    }
  }

  @Test
  void kiviGoesOnAfterTokensAreForgotten() {
    int headSize = 40; // a group of 32 channels and one of 8
    float[] x = random(300, headSize);
    KvCacheSpec spec =
        new KvCacheSpec(QuantFormat.F16, QuantFormat.F16, 300, 1, new CacheScheme.Kivi(64));
    float[] first = new float[headSize];
    float[] then = new float[headSize];
    try (KvCache cache = cache(spec, headSize)) {
      write(cache, x, headSize, 0, 250);
      cache.keys(0).read(100, 1, first, 0);
      cache.truncate(101); // in the middle of a group of keys that were rounded
      cache.keys(0).read(100, 1, then, 0);
      for (int i = 0; i < headSize; i++) {
        assertThat(then[i]).isEqualTo(half(first[i]));
      }
      write(cache, x, headSize, 101, 150, 49);
      assertThat(cache.length()).isEqualTo(300);
      double worst = 0;
      for (int t = 0; t < 300; t++) {
        cache.values(0).read(t, 0, then, 0);
        for (int i = 4; i < headSize; i++) {
          worst = Math.max(worst, Math.abs(then[i] - x[t * HEADS * headSize + i]));
        }
      }
      assertThat(worst).isBetween(0.1, 9.0); // half of (20 σ outlier range) / 3 at most
      cache.truncate(0);
      write(cache, x, headSize, 0, 300);
    }
  }

  @Test
  void kiviTakesThreeBitsAnElementAndItsWindow() {
    KvCacheSpec spec =
        new KvCacheSpec(QuantFormat.F16, QuantFormat.F16, 8192, 1, new CacheScheme.Kivi(128));
    try (KvCache cache = cache(spec, 64)) {
      long elements = 2L * HEADS * 64;
      assertThat(cache.bytes()).isEqualTo(8192 * elements * 3 / 8 + (128 + 32) * elements * 2);
    }
  }

  @Test
  void storageReadsWhatItWrites() {
    for (String text : new String[] {"f16", "q8_0,q4_0", "bf16", "iq4_nl,q5_1", "kivi-2:64"}) {
      assertThat(CacheStorage.parse(text).orElseThrow().text()).isEqualTo(text);
    }
    assertThat(CacheStorage.parse("KIVI-2").orElseThrow().text()).isEqualTo("kivi-2:128");
    assertThat(CacheStorage.parse("Q8_0, q8_0").orElseThrow().text()).isEqualTo("q8_0");
    for (String text : new String[] {"", "q4_k", "f16,f16,f16", "f16,", "kivi-2:", "kivi"}) {
      assertThat(CacheStorage.parse(text)).as(text).isEmpty();
    }
    assertThatThrownBy(() -> CacheStorage.parse("kivi-2:33"))
        .hasMessage("kivi-2 keeps the last 33 tokens; wanted a multiple of 32");
  }
}
