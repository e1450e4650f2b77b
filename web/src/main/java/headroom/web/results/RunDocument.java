package headroom.web.results;

import headroom.measure.BenchmarkRun;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the bytes of an upload as a run document, version 1. */
sealed interface RunDocument {
  /** Every field is there, of its type and within bounds. */
  record Sound(BenchmarkRun run) implements RunDocument {}

  /** JSON, but not a run document: every fault found, first ones first. */
  record Faulty(List<Fault> faults) implements RunDocument {}

  /** Not JSON at all. */
  record Malformed(String message) implements RunDocument {}

  /** Reads a document; the clock is asked for nothing but "not from the future". */
  static RunDocument read(byte[] bytes, InstantSource clock) {
    JsonNode tree;
    try {
      tree = Json.MAPPER.readTree(utf8(bytes));
    } catch (CharacterCodingException notUtf8) {
      return new Malformed("the body is not UTF-8; wanted JSON in UTF-8 (RFC 8259)");
    } catch (JacksonException malformed) {
      return new Malformed(where(malformed.getLocation()) + malformed.getOriginalMessage());
    }
    JsonNode version = tree.get("version");
    if (version != null && version.isNumber() && !version.asString().equals("1")) {
      return new Faulty(
          List.of(
              new Fault(
                  "/version",
                  "found %s; this site reads version %d: use the agent it offers for download"
                      .formatted(version, BenchmarkRun.VERSION))));
    }
    Faults faults = new Faults();
    @Nullable BenchmarkRun run =
        new RecordReader(faults, new RunChecks(clock)).read(tree, BenchmarkRun.class, "");
    return run != null && faults.none() ? new Sound(run) : new Faulty(faults.list());
  }

  /**
   * Reads a document that was sound when it was stored. Its bounds are not asked again: they may
   * have become narrower since.
   */
  static BenchmarkRun stored(byte[] bytes) {
    Faults faults = new Faults();
    @Nullable BenchmarkRun run =
        new RecordReader(faults, (read, path, none) -> {})
            .read(Json.MAPPER.readTree(bytes), BenchmarkRun.class, "");
    if (run == null) {
      throw new IllegalStateException("a stored run document cannot be read: " + faults.list());
    }
    return run;
  }

  private static String where(@Nullable TokenStreamLocation at) {
    return at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes))
        .toString();
  }

  /** The reader of JSON text: a key twice or text after the document is an error. */
  final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}
  }
}
