package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every cut and thousands of mutations of a sound file end in a header or a named fault. */
class HostileHeaderTest {
  private static final byte[] SOUND =
      GgufBytes.header(2, 5)
          .stringPair("general.architecture", "llama")
          .u32Pair("general.alignment", 32)
          .string("tokens")
          .u32(9)
          .u32(8)
          .u64(3)
          .string("a")
          .string("bc")
          .string("")
          .string("scores")
          .u32(9)
          .u32(6)
          .u64(2)
          .u32(0)
          .u32(1)
          .string("flag")
          .u32(7)
          .u8(1)
          .tensor("token_embd.weight", 32, 4, 8, 0)
          .tensor("output_norm.weight", 8, 1, 0, 160)
          .data(192)
          .bytes();

  @Test
  void theWholeFileIsRead() throws IOException {
    assertThat(GgufBytes.read(SOUND).tensors()).hasSize(2);
  }

  @Test
  void everyTruncationIsAGgufFormatException() {
    for (int length = 0; length < SOUND.length; length++) {
      byte[] cut = Arrays.copyOf(SOUND, length);
      assertThatThrownBy(() -> GgufBytes.read(cut))
          .as("cut to %d of %d bytes", length, SOUND.length)
          .isInstanceOf(GgufFormatException.class);
    }
  }

  @Test
  void everyMutationIsReadOrRefused() {
    SplittableRandom random = new SplittableRandom(20_261_121);
    int[] refused = new int[1];
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int i = 0; i < 20_000; i++) {
            byte[] mutant = mutate(random);
            try {
              GgufBytes.read(mutant);
            } catch (GgufFormatException e) {
              assertThat(e.getMessage()).startsWith("test.gguf @ ");
              refused[0]++;
            }
          }
        });
    assertThat(refused[0]).isBetween(1_000, 19_999);
  }

  private static byte[] mutate(SplittableRandom random) {
    byte[] mutant = SOUND.clone();
    int times = random.nextInt(1, 5);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(mutant, at, Math.min(at + 8, mutant.length), (byte) 0xFF);
        default -> mutant = Arrays.copyOf(mutant, random.nextInt(1, mutant.length + 16));
      }
    }
    return mutant;
  }
}
