package headroom.web.results;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.measure.BenchmarkRun;
import headroom.measure.RunSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlausibilityTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  @Test
  void theGoldenRunIsBelieved() {
    assertThat(doubt(GoldenRun.text())).isEmpty();
  }

  @Test
  void decodeBeyondThreeTimesTheCeilingIsNot() {
    String document = GoldenRun.with("66104883200.0", "6610488320.0");
    document = GoldenRun.replaced(document, "41873920511.0", "4187392051.0");
    assertThat(doubt(document))
        .hasValueSatisfying(why -> assertThat(why).contains("tg128 at 268 tok/s reads 5.9 times"));
  }

  @Test
  void decodeALittleBeyondTheCeilingIsBelieved() {
    String document = GoldenRun.with("66104883200.0", "20104883200.0");
    document = GoldenRun.replaced(document, "41873920511.0", "18104883200.0");
    assertThat(doubt(document)).isEmpty();
  }

  @Test
  void memoryFasterThanAnySoldIsNot() {
    assertThat(doubt(GoldenRun.with("66104883200.0", "66104883200000.0")))
        .hasValueSatisfying(why -> assertThat(why).contains("66105 GB/s"));
  }

  @Test
  void aFileTooSmallForItsParametersIsNot() {
    assertThat(doubt(GoldenRun.with("\"parameters\": 134515008", "\"parameters\": 1345150080000")))
        .hasValueSatisfying(why -> assertThat(why).contains("cannot hold"));
  }

  @Test
  void aModelUnderTheNameOfAnotherIsNot() {
    assertThat(doubt(GoldenRun.with("\"shape\": \"smollm2-135m\"", "\"shape\": \"llama-3.1-8b\"")))
        .hasValueSatisfying(why -> assertThat(why).contains("names the shape llama-3.1-8b"));
  }

  @Test
  void aShapeThatTheCatalogueDoesNotKnowIsNotJudged() {
    assertThat(doubt(GoldenRun.with("\"shape\": \"smollm2-135m\"", "\"shape\": \"mine-1b\"")))
        .isEmpty();
  }

  @Test
  void prefillBeyondTheThreadsIsNot() {
    String document = GoldenRun.text().replaceAll("5[5-7]\\d{7}(?=[,\\]])", "1$0");
    document = document.replaceAll("1(5[5-7]\\d{2})\\d{5}(?=[,\\]])", "$1");
    assertThat(doubt(document))
        .hasValueSatisfying(why -> assertThat(why).contains("16 threads of any processor"));
  }

  @Test
  void equalSamplesAreNot() {
    String document =
        GoldenRun.text()
            .replaceAll(
                "\\[475206497[^]]*]", "[475206497, 475206497, 475206497, 475206497, 475206497]");
    assertThat(doubt(document))
        .hasValueSatisfying(why -> assertThat(why).contains("exactly 475206497 ns"));
  }

  private static Optional<String> doubt(String document) {
    var clock = InstantSource.fixed(Instant.parse("2026-12-01T00:00:00Z"));
    var read = RunDocument.read(document.getBytes(StandardCharsets.UTF_8), clock);
    assertThat(read).isInstanceOf(RunDocument.Sound.class);
    BenchmarkRun run = ((RunDocument.Sound) read).run();
    return new Plausibility(CATALOGUE)
        .doubt(run, run.cells().stream().map(cell -> RunSummary.of(run, cell)).toList());
  }
}
