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
import headroom.inference.jinja.Template;
import headroom.inference.jinja.TemplateException;
import headroom.inference.token.Tokenizer;
import headroom.inference.token.Tokenizers;
import headroom.inference.token.VocabularyException;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Damaged files, for {@code headroom.fuzz.seconds} in all (half a minute unless told otherwise; the
 * Maven profile {@code fuzz} tells ten): what comes out is a model, or one typed error with a
 * message, never anything else and never much memory.
 */
class FuzzTest {
  private static final long SECONDS = Long.getLong("headroom.fuzz.seconds", 30);
  private static final long SEED = Long.getLong("headroom.fuzz.seed", 20_261_121L);

  private static final int TARGETS = 4;

  /** The largest of the files is 0.5 MiB; what is read from it is a few times that. */
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

  private void fuzz(Target target, long salt) throws IOException {
    List<byte[]> files = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<String> names = new ArrayList<>(GoldenFiles.architectures());
    names.addAll(List.of("odd/bitnet", "odd/glm-dsa", "odd/gemma3n-short"));
    for (String name : names) {
      Path file = GoldenFiles.of(name + ".gguf");
      byte[] bytes = Files.readAllBytes(file);
      int header = Math.toIntExact(GgufReader.read(file).dataOffset());
      files.add(bytes);
      ends.add(header);
    }
    SplittableRandom random = new SplittableRandom(SEED + salt);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / TARGETS;
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
        String what = "%s with seed %d".formatted(names.get(which), seed);
        if (!isTyped(e)) {
          throw new AssertionError(what + " ended in " + e, e);
        }
        assertThat(e.getMessage()).as(what).isNotBlank().hasSizeLessThan(1000);
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
    fuzz(GgufReader::read, 1);
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
        2);
  }

  @Test
  @Timeout(3600)
  void damagedModelsEndInTypedErrors() throws IOException {
    fuzz(
        file -> {
          try (LanguageModel model =
                  LanguageModel.load(file, new LoadOptions(1, KernelChoice.REFERENCE));
              Session session = model.newSession(KvCacheSpec.f16(8))) {
            int last = model.vocabularySize() - 1; // a damage may leave few tokens
            session.forward(Math.min(1, last), Math.min(2, last), last);
          }
        },
        3);
  }

  /** Templates are text, so characters are exchanged, left out and said twice. */
  @Test
  @Timeout(3600)
  void damagedTemplatesEndInTypedErrors() {
    List<String> sources = new ArrayList<>();
    for (JsonNode template : GoldenFiles.json("chat-templates.json").path("templates")) {
      sources.add(template.path("source").asString());
    }
    Map<String, Object> values =
        Map.of(
            "messages",
            List.of(
                Map.of("role", "user", "content", "Hi"),
                Map.of("role", "assistant", "content", "<think>x</think>y")),
            "bos_token",
            "<s>",
            "add_generation_prompt",
            true);
    SplittableRandom random = new SplittableRandom(SEED + 4);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / TARGETS;
    long refused = 0;
    while (System.nanoTime() < deadline) {
      StringBuilder text = new StringBuilder(sources.get(random.nextInt(sources.size())));
      for (int left = random.nextInt(1, 6); left > 0; left--) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(1, 12));
        switch (random.nextInt(3)) {
          case 0 -> text.delete(at, end);
          case 1 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
          default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
        }
      }
      try {
        Template.of(text.toString(), Clock.systemUTC()).fill(values);
      } catch (TemplateException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      } catch (Throwable e) {
        throw new AssertionError("ended in " + e + ": " + text, e);
      }
    }
    assertThat(refused).isGreaterThan(10);
  }
}
