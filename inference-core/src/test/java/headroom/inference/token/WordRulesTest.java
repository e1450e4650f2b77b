package headroom.inference.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WordRulesTest {

  /** Cuts that follow from the expressions in the models' own tokenizer.json files. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "llama-bpe; I'LL pay 12345€ now; I|'LL| pay| |123|45|€| now",
        "qwen2; I'll pay 123€; I|'ll| pay| |1|2|3|€",
        "gpt-2; I'LL pay 123€; I|'|LL| pay| 123|€",
        "starcoder; a12 b; a|1|2| b",
        "falcon; x=1234; x|=|123|4",
        "deepseek-v3; foo(bar)=1234; foo|(bar|)=|123|4",
        "deepseek-llm; мир 12 中文!; мир| |12| |中文|!",
        "gpt-4o; HelloWorld's 1234; Hello|World's| |123|4",
        "tekken; HelloWorld 12; Hello|World| |1|2",
        "gemma4; a b c; a b c"
      })
  void wordsAreCutAsTheModelWasTrained(String name, String text, String words) {
    assertThat(String.join("|", split(WordRules.named(name).orElseThrow(), text))).isEqualTo(words);
  }

  @ParameterizedTest
  @EnumSource(WordRules.class)
  void wordsTogetherAreTheText(WordRules rules) {
    Random random = new Random(3);
    String alphabet = "aZ é9 \t\n\r'sß中¿!(\u3000\u00A0٣ͤ🦙";
    for (int round = 0; round < 200; round++) {
      String text =
          random
              .ints(random.nextInt(40), 0, alphabet.codePointCount(0, alphabet.length()))
              .map(i -> alphabet.codePointAt(alphabet.offsetByCodePoints(0, i)))
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      List<String> words = split(rules, text);
      assertThat(String.join("", words)).isEqualTo(text);
      assertThat(words).doesNotContain("");
    }
  }

  /** Expressions that recurse per character would overflow the stack. */
  @ParameterizedTest
  @EnumSource(WordRules.class)
  void longRunsOfOneCharacterAreCut(WordRules rules) {
    for (String unit : List.of("a", "A", " ", "\n", "7", "!", "a b ", "中")) {
      String text = unit.repeat(50_000 / unit.length());
      assertThat(String.join("", split(rules, text))).isEqualTo(text);
    }
  }

  @Test
  void everyNameIsKnownOnce() {
    assertThat(WordRules.names()).doesNotHaveDuplicates().contains("default", "llama-bpe", "qwen2");
    assertThat(WordRules.named("no such rules")).isEmpty();
  }

  private static List<String> split(WordRules rules, String text) {
    List<String> words = new ArrayList<>();
    rules.splitter().split(text, words::add);
    return words;
  }
}
