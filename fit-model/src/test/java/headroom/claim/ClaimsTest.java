package headroom.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.catalogue.Catalogue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimsTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final Map<String, Finding> FINDINGS =
      Claims.judge(CATALOGUE).stream()
          .collect(Collectors.toMap(judged -> judged.claim().id(), judged -> judged.finding()));

  private static Finding finding(String id) {
    return Objects.requireNonNull(FINDINGS.get(id), id);
  }

  /** Each by hand: parameters times bits, or the published figure. */
  @ParameterizedTest
  @CsvSource({
    "671b-in-24gb, FAILS",
    "deepseek-v3.2-at-15-tps, FAILS",
    "mixtral-parameters, HOLDS",
    "mixtral-q4-in-24gb, FAILS",
    "70b-16-bit-size, HOLDS",
    "70b-8-bit-size, FAILS",
    "70b-q4-on-48gb, HOLDS",
    "70b-q4-size, FAILS",
    "q4-k-m-bits, FAILS",
    "7b-fp16-size, HOLDS",
    "mla-saves-90-percent, FAILS",
    "8-bit-cache-halves, HOLDS",
    "4-bit-cache-quarters, HOLDS",
    "qwen3.6-27b-q4-size, HOLDS",
    "qwen3.6-27b-nvfp4-size, FAILS",
    "kimi-k2.6-parameters, HOLDS",
    "glm-5-parameters, HOLDS",
    "qwen3.6-35b-active, HOLDS"
  })
  void eachStatementIsJudgedByItsArithmetic(String id, Truth truth) {
    Finding finding = finding(id);
    assertThat(finding.truth()).as(finding.computed()).isEqualTo(truth);
  }

  @Test
  void aFindingSaysByHowMuch() {
    assertThat(finding("671b-in-24gb").computed())
        .contains("IQ1_S")
        .contains("GiB")
        .contains("too much");
  }

  @Test
  void aStatementWithoutACheckIsRefused() {
    Optional<SizeCheck> size = Optional.of(new SizeCheck("llama-2-7b", "F16", 14, 0.05));
    assertThatThrownBy(
            () ->
                new Claim(
                    "x",
                    "s",
                    "l",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()))
        .hasMessageContaining("0 checks; wanted exactly one");
    assertThat(
            new Claim(
                    "x",
                    "s",
                    "l",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    size,
                    Optional.empty())
                .check())
        .isEqualTo(size.get());
  }

  @Test
  void anUnknownModelIsNamed() {
    assertThatThrownBy(() -> new SizeCheck("no-such-model", "F16", 1, 0.1).judge(CATALOGUE))
        .hasMessage("model 'no-such-model' is not in the catalogue; wanted one that is");
  }

  @Test
  void nobodyIsAskedToBelieveAFindingWithoutNumbers() {
    List<String> texts = FINDINGS.values().stream().map(Finding::computed).toList();
    assertThat(texts).allMatch(text -> text.matches(".*\\d.*"));
  }
}
