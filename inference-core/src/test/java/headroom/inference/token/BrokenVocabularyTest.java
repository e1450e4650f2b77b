package headroom.inference.token;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokenVocabularyTest {
  @Test
  void fileWithoutVocabularySaysWhatCanStillBeDone() {
    expect(
        Map.of("general.architecture", "llama"),
        "small.gguf: key 'tokenizer.ggml.model' is missing; wanted llama, gpt2 or gemma4; this file"
            + " can be measured with token ids but not prompted with text");
    expect(
        Map.of("tokenizer.ggml.model", "llama"), "key 'tokenizer.ggml.tokens' is missing; wanted");
  }

  @Test
  void unknownKindNamesItAndThoseThatAreRead() {
    expect(
        Map.of("tokenizer.ggml.model", "rwkv"),
        "tokenizer.ggml.model is 'rwkv'; this build reads llama (SentencePiece), gpt2");
    expect(
        with("tokenizer.ggml.pre", "klingon"),
        "tokenizer.ggml.pre is 'klingon'; this build knows a.x-4.0, ",
        "llama-bpe",
        "qwen2");
  }

  @Test
  void mergeThatNamesNoTokenIsNamed() {
    expect(
        with("tokenizer.ggml.merges", List.of("h e", "he y")),
        "merge 1, 'he y', names 'hey', which is no token; wanted tokens of this vocabulary");
    expect(
        with("tokenizer.ggml.merges", List.of("he")),
        "merge 0 is 'he'; wanted two tokens with a space between");
  }

  @Test
  void missingMergesSayWhatToDo() {
    Map<String, Object> metadata = SmallVocabularies.bytePairs();
    metadata.remove("tokenizer.ggml.merges");
    expect(metadata, "key 'tokenizer.ggml.merges' is missing", "convert the model again");
  }

  @Test
  void idsOutsideTheVocabularyAreNamed() {
    expect(
        with("tokenizer.ggml.eos_token_id", 263),
        "key 'tokenizer.ggml.eos_token_id' is 263; wanted the id of one of 263 tokens");
    expect(with("tokenizer.ggml.eot_token_id", -1), "'tokenizer.ggml.eot_token_id' is -1");
  }

  @Test
  void beginningThatIsWantedButNotNamedIsAnError() {
    Map<String, Object> metadata = SmallVocabularies.bytePairs();
    metadata.remove("tokenizer.ggml.bos_token_id");
    metadata.put("tokenizer.ggml.pre", "glm4");
    expect(
        metadata, "texts get a bos token but key 'tokenizer.ggml.bos_token_id' is missing; wanted");
  }

  @Test
  void listsThatDoNotMatchTheTokensAreNamed() {
    expect(
        with("tokenizer.ggml.token_type", List.of(1, 1)),
        "key 'tokenizer.ggml.token_type' lists 2 values; wanted one for each of 263 tokens");
    expect(
        with("tokenizer.ggml.tokens", Collections.nCopies(2, "a")),
        "tokens 0 and 1 are both spelled 'a'; wanted every spelling once");
  }

  @Test
  void byteTokenWithAnotherSpellingIsNamedWhenItIsRead() {
    Map<String, Object> metadata = SmallVocabularies.sentencePieces();
    metadata.put("tokenizer.ggml.token_type", Collections.nCopies(267, 6));
    Tokenizer tokenizer = Tokenizers.of(SmallVocabularies.header(metadata));
    assertThatThrownBy(() -> tokenizer.bytesOf(262))
        .isInstanceOf(VocabularyException.class)
        .hasMessage(
            "small.gguf: token 262 is a byte token spelled 'ab'; wanted a spelling like <0x0A>");
  }

  private static Map<String, Object> with(String key, Object value) {
    Map<String, Object> metadata = SmallVocabularies.bytePairs();
    metadata.put(key, value);
    return metadata;
  }

  private static void expect(Map<String, Object> metadata, String... parts) {
    assertThatThrownBy(() -> Tokenizers.of(SmallVocabularies.header(metadata)))
        .isInstanceOf(VocabularyException.class)
        .hasMessageStartingWith("small.gguf: ")
        .hasMessageContainingAll(parts);
  }
}
