package headroom.inference.token;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.gguf.GgufType;
import headroom.gguf.GgufValue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TokenizerTest {
  private final Tokenizer bytePairs =
      Tokenizers.of(SmallVocabularies.header(SmallVocabularies.bytePairs()));
  private final Tokenizer sentencePieces =
      Tokenizers.of(SmallVocabularies.header(SmallVocabularies.sentencePieces()));

  @Test
  void mergesRunByRank() {
    assertThat(bytePairs.encode("hello", false, false)).containsExactly(259);
    assertThat(bytePairs.encode("help", false, false)).containsExactly(256, 'l', 'p');
  }

  @Test
  void highestScoreMergesFirstAndTheLeftmostAmongEquals() {
    // ▁a (-4) beats aa (-6), so the first a is gone before aa can take it.
    assertThat(sentencePieces.encode("aaa", false, false)).containsExactly(263, 265);
  }

  @Test
  void textGetsTheTokensAroundItThatTheFileAsksFor() {
    assertThat(bytePairs.encode("", true, false)).containsExactly(260);
    assertThat(sentencePieces.encode("", true, false)).containsExactly(1);
    Map<String, Object> metadata = SmallVocabularies.sentencePieces();
    metadata.put("tokenizer.ggml.add_eos_token", true);
    metadata.put("tokenizer.ggml.add_space_prefix", false);
    assertThat(Tokenizers.of(SmallVocabularies.header(metadata)).encode("b", true, false))
        .containsExactly(1, 261, 2);
  }

  @Test
  void controlTokensAreReadOnlyWhereAsked() {
    assertThat(bytePairs.encode("he<|im_end|>he", false, true)).containsExactly(256, 261, 256);
    assertThat(bytePairs.encode("he<|im_end|>he", false, false)).doesNotContain(261);
    assertThat(bytePairs.encode("he<think>he", false, false)).containsExactly(256, 262, 256);
  }

  @Test
  void controlTokensAddNothingToTheTextAndUserDefinedOnesThemselves() {
    assertThat(bytePairs.decode(260, 256, 262, 261)).isEqualTo("he<think>");
    assertThat(bytePairs.isEndOfGeneration(261)).isTrue();
    assertThat(bytePairs.isEndOfGeneration(262)).isFalse();
    assertThat(sentencePieces.isEndOfGeneration(2)).isTrue();
  }

  @Test
  void harmonyGoesOnAfterTheEndOfAMessage() {
    Map<String, Object> metadata = SmallVocabularies.bytePairs();
    metadata.put(
        "tokenizer.ggml.tokens", List.of("a", "<|end|>", "<|return|>", "<|call|>", "<|channel|>"));
    metadata.put("tokenizer.ggml.merges", GgufValue.array(GgufType.STRING, List.of()));
    metadata.put("tokenizer.ggml.token_type", List.of(1, 3, 3, 3, 3));
    metadata.put("tokenizer.ggml.bos_token_id", 0);
    metadata.put("tokenizer.ggml.eos_token_id", 2);
    Tokenizer tokenizer = Tokenizers.of(SmallVocabularies.header(metadata));
    assertThat(tokenizer.isEndOfGeneration(1)).isFalse();
    assertThat(tokenizer.isEndOfGeneration(2)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(3)).isTrue();
    assertThat(tokenizer.decode(4, 1)).isEqualTo("<|channel|><|end|>");
  }

  @Test
  void whiteSpaceAfterControlTokensOfPhi3Goes() {
    Map<String, Object> metadata = SmallVocabularies.bytePairs();
    metadata.put("general.name", "Phi-3 mini");
    Tokenizer phi = Tokenizers.of(SmallVocabularies.header(metadata));
    assertThat(phi.encode("<|im_end|> \nhe", false, true)).containsExactly(261, 256);
    assertThat(bytePairs.encode("<|im_end|> \nhe", false, true))
        .containsExactly(261, (int) ' ', (int) '\n', 256);
  }

  @Test
  void charactersPairOverWholeLinesInGemma4() {
    Map<String, Object> metadata = SmallVocabularies.bytePairs();
    metadata.put("tokenizer.ggml.model", "gemma4");
    metadata.put(
        "tokenizer.ggml.tokens",
        List.of("a", "▁", "b", "a▁", "a▁b", "\n\n", "<0xC3>", "<0xA9>", "<bos>"));
    metadata.put("tokenizer.ggml.token_type", List.of(1, 1, 1, 1, 1, 1, 6, 6, 3));
    metadata.put("tokenizer.ggml.merges", List.of("a ▁", "a▁ b"));
    metadata.put("tokenizer.ggml.bos_token_id", 8);
    metadata.put("tokenizer.ggml.eos_token_id", 8);
    Tokenizer gemma = Tokenizers.of(SmallVocabularies.header(metadata));
    assertThat(gemma.encode("a b\n\né", true, false)).containsExactly(8, 4, 5, 6, 7);
    assertThat(gemma.decode(8, 4, 5, 6, 7)).isEqualTo("a b\n\né");
  }

  @Test
  void anyTextComesBackAsItWas() {
    Random random = new Random(20261121);
    for (int round = 0; round < 300; round++) {
      String text = randomText(random);
      assertThat(bytePairs.decode(bytePairs.encode(text, true, false))).isEqualTo(text);
      assertThat(sentencePieces.decode(sentencePieces.encode(text, true, false)))
          .isEqualTo(text.isEmpty() ? "" : " " + text);
    }
  }

  @Test
  void anyTextComesBackAsItWasFromRealVocabularies() throws IOException {
    for (String name : new String[] {"llama-bpe", "qwen2"}) {
      GgufHeader header = GgufReader.read(SharedFolder.golden("tokenizer/" + name + ".gguf"));
      Tokenizer tokenizer = Tokenizers.of(header);
      Random random = new Random(7);
      for (int round = 0; round < 200; round++) {
        String text = randomText(random);
        assertThat(tokenizer.decode(tokenizer.encode(text, false, false))).isEqualTo(text);
      }
    }
  }

  @Test
  void loneSurrogateBecomesTheReplacementCharacter() {
    assertThat(bytePairs.decode(bytePairs.encode("a\uD800b", false, false))).isEqualTo("a\uFFFDb");
  }

  @Test
  void charactersThatArriveInPartsWaitForTheRest() {
    TextStream stream = new TextStream();
    StringBuilder seen = new StringBuilder();
    for (int token : bytePairs.encode("é🦙", false, false)) {
      seen.append(stream.add(bytePairs.bytesOf(token))).append('|');
    }
    assertThat(seen).hasToString("|é||||🦙|");
    assertThat(stream.add(new byte[] {(byte) 0xF0, (byte) 0x9F})).isEmpty();
    assertThat(stream.finish()).isEqualTo("\uFFFD");
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  @Timeout(30)
  void longTextWithoutSpacesDoesNotTakeQuadraticTime() {
    // A scan per merge would look at 10^11 pairs here: hours, not the second that n log n takes.
    String text = "hello".repeat(100_000);
    assertThat(bytePairs.encode(text, false, false)).hasSize(100_000);
    assertThat(sentencePieces.encode("a".repeat(500_000), false, false).length)
        .isBetween(100_000, 300_000);
  }

  private static String randomText(Random random) {
    return random
        .ints(random.nextInt(60), 0, 12)
        .map(
            kind ->
                switch (kind) {
                  case 0, 1 -> ' ';
                  case 2 -> '\n';
                  case 3 -> 0x4E00 + random.nextInt(0x5000);
                  case 4 -> 0x1F300 + random.nextInt(0x300);
                  case 5 -> random.nextInt(0xD800);
                  case 6 -> 0xE000 + random.nextInt(0x110000 - 0xE000);
                  case 7 -> '0' + random.nextInt(10);
                  default -> 'a' + random.nextInt(26);
                })
        // U+2581 means a space in SentencePiece vocabularies and comes back as one.
        .filter(c -> c != '▁')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
