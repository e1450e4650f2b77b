package headroom.inference.token;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Headers with vocabularies small enough to read in a test. */
final class SmallVocabularies {
  private SmallVocabularies() {}

  /** A header that holds nothing but these keys. */
  static GgufHeader header(Map<String, ?> metadata) {
    return new GgufHeader(
        "small.gguf", 3, 32, new GgufMetadata("small.gguf", metadata), List.of(), 0, 0);
  }

  /** All 256 bytes, "he", "ll", "hell", "hello", two control tokens and a user-defined one. */
  static Map<String, Object> bytePairs() {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(String.valueOf(ByteAlphabet.characterOf(b)));
    }
    tokens.addAll(List.of("he", "ll", "hell", "hello", "<|bos|>", "<|im_end|>", "<think>"));
    List<Integer> types = new ArrayList<>(java.util.Collections.nCopies(260, 1));
    types.addAll(List.of(3, 3, 4));
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", "qwen2");
    metadata.put("tokenizer.ggml.tokens", tokens);
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.merges", List.of("h e", "l l", "he ll", "hell o"));
    metadata.put("tokenizer.ggml.bos_token_id", 260);
    metadata.put("tokenizer.ggml.eos_token_id", 261);
    metadata.put("tokenizer.ggml.add_bos_token", true);
    return metadata;
  }

  /** Unknown, beginning, end, 256 byte tokens and a few pieces with scores. */
  static Map<String, Object> sentencePieces() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
    for (int b = 0; b < 256; b++) {
      tokens.add(HexBytes.spelling(b));
      types.add(6);
    }
    List<String> pieces = List.of("▁", "a", "b", "ab", "▁a", "▁ab", "aa", "aaaa");
    List<Float> scores = new ArrayList<>(java.util.Collections.nCopies(tokens.size(), 0f));
    for (String piece : pieces) {
      tokens.add(piece);
      types.add(1);
      scores.add(-1f * pieces.indexOf(piece));
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.tokens", tokens);
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.scores", scores);
    return metadata;
  }
}
