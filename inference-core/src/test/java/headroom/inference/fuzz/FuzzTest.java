package headroom.inference.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.inference.GoldenFiles;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.ModelFormatException;
import headroom.inference.decode.Session;
import headroom.inference.token.Tokenizer;
import headroom.inference.token.Tokenizers;
import headroom.inference.token.VocabularyException;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files, for {@code headroom.fuzz.seconds} in all (a minute unless told otherwise; the
 * Maven profile {@code fuzz} tells ten): what comes out is a model, or one typed error with a
 * message, never anything else and never much memory.
 */
class FuzzTest {
  private static final long SECONDS = Long.getLong("headroom.fuzz.seconds", 60);
  private static final long SEED = Long.getLong("headroom.fuzz.seed", 20_261_121L);

  /** The largest of the files is 0.3 MiB; what is read from it is a few times that. */
  private static final long MOST_HEAP = 192L << 20;

  @TempDir private Path folder;

  private interface Target {
    void run(Path file) throws IOException;
  }

  private static boolean isTyped(Throwable e) {
    return e instanceof GgufFormatException
        || e instanceof ModelFormatException
        || e instanceof VocabularyException;
  }

  private void fuzz(Target target, long salt, boolean headerOnly) throws IOException {
    List<byte[]> files = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (String name : GoldenFiles.architectures()) {
      Path file = GoldenFiles.of(name + ".gguf");
      byte[] bytes = Files.readAllBytes(file);
      int header = Math.toIntExact(GgufReader.read(file).dataOffset());
      files.add(headerOnly ? java.util.Arrays.copyOf(bytes, header) : bytes);
      ends.add(header);
    }
    SplittableRandom random = new SplittableRandom(SEED + salt);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / 3;
    Path file = folder.resolve("damaged.gguf");
    long refused = 0;
    long accepted = 0;
    while (System.nanoTime() < deadline) {
      long seed = random.nextLong();
      int which = Math.floorMod(seed, files.size());
      Files.write(file, new Mutations(seed).of(files.get(which), ends.get(which)));
      try {
        target.run(file);
        accepted++;
      } catch (Throwable e) {
        String what = "%s with seed %d".formatted(GoldenFiles.architectures().get(which), seed);
        if (!isTyped(e)) {
          throw new AssertionError(what + " ended in " + e, e);
        }
        assertThat(e.getMessage()).as(what).isNotBlank().hasSizeLessThan(2000);
        refused++;
      }
    }
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    assertThat(runtime.totalMemory() - runtime.freeMemory()).isLessThan(MOST_HEAP);
    assertThat(refused).as("damages that were found").isGreaterThan(10);
    assertThat(accepted).as("damages that did no harm").isPositive();
  }

  @Test
  @Timeout(3600)
  void damagedHeadersEndInTypedErrors() throws IOException {
    fuzz(GgufReader::read, 1, true);
  }

  @Test
  @Timeout(3600)
  void damagedVocabulariesEndInTypedErrors() throws IOException {
    String text = "Once upon a time, 12 ünïcode \uD83D\uDE00 <|im_start|>\n\n  ";
    fuzz(
        file -> {
          GgufHeader header = GgufReader.read(file);
          Tokenizer tokenizer = Tokenizers.of(header);
          int[] ids = tokenizer.encode(text, true, true);
          tokenizer.decode(ids);
        },
        2,
        true);
  }

  @Test
  @Timeout(3600)
  void damagedModelsEndInTypedErrors() throws IOException {
    fuzz(
        file -> {
          try (LanguageModel model =
                  LanguageModel.load(file, new LoadOptions(1, KernelChoice.REFERENCE));
              Session session = model.newSession(KvCacheSpec.f16(8))) {
            session.forward(1, 2, 3);
          }
        },
        3,
        false);
  }
}
