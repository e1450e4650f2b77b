package headroom.web.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunDocumentTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-12-01T00:00:00Z"));

  @Test
  void theGoldenRunIsSound() {
    var read = RunDocument.read(GoldenRun.bytes(), CLOCK);
    assertThat(read).isInstanceOf(RunDocument.Sound.class);
    var run = ((RunDocument.Sound) read).run();
    assertThat(run.id()).isEqualTo(GoldenRun.ID);
    assertThat(run.cells()).hasSize(3);
    assertThat(run.environment().cpu().physicalCores()).hasValue(16);
    assertThat(run.cells().get(0).forks().get(1).sampleNanos().get(5)).isEqualTo(568464706L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kivi-2:128", "q8_0@sinks:4+252", "f16@h2o:128+128"})
  void everyCacheOfTheEngineIsSound(String cache) {
    String document = GoldenRun.with("\"keyFormat\": \"f16\"", "\"keyFormat\": \"" + cache + "\"");
    assertThat(read(document)).isInstanceOf(RunDocument.Sound.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "version": 1,                       | "version": 2,                       | /version                             | reads version 1
          "version": 1,                       |                                     | /version                             | missing
          "version": 1,                       | "version": 1, "score": 9000,        | /score                               | unknown field
          "version": 1,                       | "version": "1",                     | /version                             | found "1"; wanted a whole number
          6f1d2c0e-9a51                       | 6F1D2C0E-9A51                       | /id                                  | UUID in lower case
          2026-11-21T09:30:12.481Z            | yesterday                           | /created                             | ISO-8601
          2026-11-21T09:30:12.481Z            | 2031-11-21T09:30:12.481Z            | /created                             | set the machine's clock
          "engine": "headroom"                | "engine": ""                        | /agent/engine                        | all blank
          "engine": "headroom"                | "engine": "a\\u0000b"               | /agent/engine                        | control character
          "logicalCores": 32                  | "logicalCores": 0                   | /environment/cpu/logicalCores        | 1 or more
          "logicalCores": 32                  | "logicalCores": 32.5                | /environment/cpu/logicalCores        | whole number
          "logicalCores": 32                  | "logicalCores": 99999999999         | /environment/cpu/logicalCores        | 32 bits
          "physicalCores": 16                 | "physicalCores": null               | /environment/cpu/physicalCores       | found null
          "driver": "570.86.15"               | "driver": ["570.86.15"]             | /environment/gpus/0/driver           | found a list; wanted text
          "perSecond": 66104883200.0          | "perSecond": 1e999                  | /environment/ceilings/1/perSecond    | finite
          "perSecond": 66104883200.0          | "perSecond": -1                     | /environment/ceilings/1/perSecond    | above 0
          "shape": "smollm2-135m"             | "shape": "x; rm -rf ."              | /model/shape                         | letters, digits
          "keyFormat": "f16"                  | "keyFormat": "f16;drop"             | /settings/keyFormat                  | letters, digits
          "synthetic": true                   | "synthetic": 1                      | /model/synthetic                     | true or false
          "headerSha256": "3b7e               | "headerSha256": "3B7E               | /model/headerSha256                  | 64 lower-case hex
          "test": "pp512"                     | "test": "pp512+tg128"               | /cells/0/test                        | wanted pp512, tg128
          "test": "tg128@d4096"               | "test": "tg128"                     | /cells/2/test                        | there twice
          558046745                           | 0                                   | /cells/0/forks/0/sampleNanos/0       | found 0 ns
          558046745                           | 3600000000001                       | /cells/0/forks/0/sampleNanos/0       | 1 hour
          558046745                           | "558046745"                         | /cells/0/forks/0/sampleNanos/0       | whole number
          "test": "pp512",                    | "test": "pp512", "median": 1,       | /cells/0/median                      | unknown field
          """)
  void eachFaultIsNamedWithItsPath(
      String found,
      @org.jspecify.annotations.Nullable String replacement,
      String path,
      String message) {
    String document = GoldenRun.with(found, replacement == null ? "" : replacement);
    assertThat(faults(document))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.path()).isEqualTo(path);
              assertThat(fault.message()).contains(message);
            });
  }

  @Test
  void allFaultsAreNamedAtOnce() {
    String document = GoldenRun.with("\"engine\": \"headroom\"", "\"engine\": 7");
    document = GoldenRun.replaced(document, "558046745", "1");
    document = GoldenRun.replaced(document, "\"synthetic\": true,", "");
    document = GoldenRun.replaced(document, "\"cells\"", "\"a/b~c\": 1, \"cells\"");
    assertThat(faults(document).stream().map(Fault::path))
        .containsExactlyInAnyOrder(
            "/agent/engine", "/cells/0/forks/0/sampleNanos/0", "/model/synthetic", "/a~1b~0c");
  }

  @Test
  void aRunWithoutCellsIsNoRun() {
    String golden = GoldenRun.text();
    String document = golden.substring(0, golden.indexOf("\"cells\"")) + "\"cells\": []}";
    assertThat(faults(document))
        .containsExactly(new Fault("/cells", "found 0 entries; wanted 1 to 64"));
  }

  @Test
  void moreSamplesThanTheSiteComputesAreRefused() {
    String document = GoldenRun.with("[558046745,", "[" + "558046745, ".repeat(4_001));
    assertThat(faults(document).stream().map(Fault::path)).contains("/cells/0/forks/0/sampleNanos");
  }

  @Test
  void optionalFactsMayBeLeftOut() {
    String document = GoldenRun.with("\"physicalCores\": 16,", "");
    document = GoldenRun.replaced(document, "\"cpuCelsius\": 47.5,", "");
    document = GoldenRun.replaced(document, "\"shape\": \"smollm2-135m\",", "");
    assertThat(read(document)).isInstanceOf(RunDocument.Sound.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"version\": 1,                  | line 1",
        "{\"version\": 1, \"version\": 1}  | Duplicate",
        "{} {}                             | line 1",
        "not json                          | Unrecognized token",
        "{\"version\": NaN}                | line 1"
      })
  void whatIsNotJsonNamesTheLine(String document, String message) {
    assertThat(read(document))
        .isInstanceOfSatisfying(
            RunDocument.Malformed.class, m -> assertThat(m.message()).contains(message));
  }

  @Test
  void anEmptyBodyIsNotARun() {
    assertThat(read("")).isNotInstanceOf(RunDocument.Sound.class);
    assertThat(read("null")).isNotInstanceOf(RunDocument.Sound.class);
    assertThat(read("[]")).isNotInstanceOf(RunDocument.Sound.class);
    assertThat(read("[".repeat(100_000))).isInstanceOf(RunDocument.Malformed.class);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] latin =
        GoldenRun.with("AMD Ryzen", "Prozessor größer").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(RunDocument.read(latin, CLOCK))
        .isInstanceOfSatisfying(
            RunDocument.Malformed.class, m -> assertThat(m.message()).contains("not UTF-8"));
  }

  private static RunDocument read(String document) {
    return RunDocument.read(document.getBytes(StandardCharsets.UTF_8), CLOCK);
  }

  private static List<Fault> faults(String document) {
    RunDocument read = read(document);
    assertThat(read).isInstanceOf(RunDocument.Faulty.class);
    return ((RunDocument.Faulty) read).faults();
  }
}
