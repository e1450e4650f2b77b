package headroom.agent.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import headroom.measure.BenchmarkRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The run document as JSON: keys in record order, an absent value is an absent key. */
public final class RunJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .build();

  private static final String WANTED = "; wanted one as 'bench' writes it";
  private static final Pattern SETTINGS = Pattern.compile(" \\(set `?DeserializationFeature.*");

  private RunJson() {}

  /** The mapper itself, for documents that are built as trees beside the run. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The document as text, indented, ending with a line feed. */
  public static String write(BenchmarkRun run) {
    return MAPPER.writeValueAsString(run) + "\n";
  }

  /**
   * Reads a run document.
   *
   * @throws NotARunException where the file is not one, naming the place
   * @throws IOException where the file cannot be read
   */
  public static BenchmarkRun read(Path file) throws IOException {
    BenchmarkRun run;
    try {
      run = MAPPER.readValue(Files.readAllBytes(file), BenchmarkRun.class);
    } catch (JacksonException e) {
      throw new NotARunException(
          file, (Files.size(file) == 0 ? "it is empty" : place(e) + fault(e)) + WANTED);
    } catch (NullPointerException e) {
      // List.copyOf in a compact constructor: the key of a list is not there.
      throw new NotARunException(file, "a list is missing" + WANTED);
    }
    if (run == null || run.version() != BenchmarkRun.VERSION) {
      throw new NotARunException(
          file,
          "version is %s; wanted %d"
              .formatted(run == null ? "absent" : run.version(), BenchmarkRun.VERSION));
    }
    return run;
  }

  /** What is wrong there, without what a programmer could set. */
  private static String fault(JacksonException e) {
    String said = e.getOriginalMessage();
    return said.startsWith("Cannot map `null`")
        ? "found nothing"
        : SETTINGS.matcher(said).replaceFirst("");
  }

  /** The path of the fault where a value is wrong, its line where the text is no JSON. */
  private static String place(JacksonException e) {
    if (!e.getPath().isEmpty()) {
      return e.getPath().stream()
          .map(
              step ->
                  step.getPropertyName() == null ? "" + step.getIndex() : step.getPropertyName())
          .collect(Collectors.joining("/", "/", ": "));
    }
    var at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? ""
        : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
  }
}
