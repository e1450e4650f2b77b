package headroom.inference.synthesis;

import headroom.gguf.GgufType;
import headroom.gguf.GgufValue;
import headroom.inference.token.ByteAlphabet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A byte-level vocabulary of any size that spells every text: the 256 bytes, a few merges, two
 * control tokens at the end and words that no merge makes between them.
 */
final class SyntheticVocabulary {
  /** Two sides and their union are tokens; the first letter pairs of English text, and "the". */
  private static final List<String> MERGES =
      List.of("Ġ t", "h e", "i n", "Ġ a", "r e", "o n", "Ġt he", "e r", "Ġ s", "a t");

  private static final int CONTROL_TOKENS = 2;

  /** {@code LLAMA_TOKEN_TYPE_NORMAL} and {@code _CONTROL} of llama.h. */
  private static final long NORMAL = 1;

  private static final long CONTROL = 3;

  private SyntheticVocabulary() {}

  /**
   * The keys of a vocabulary.
   *
   * @param shape id of the model, for messages
   * @param size tokens in it
   * @param pre name of the rules by which texts are cut into words
   * @param wanted tokens that must be among them, for readers that look for them
   * @throws SynthesisException where the size leaves no room for the bytes
   */
  static Map<String, Object> keys(String shape, int size, String pre, List<String> wanted) {
    int least = 256 + MERGES.size() + wanted.size() + CONTROL_TOKENS;
    if (size < least) {
      throw new SynthesisException(
          shape, "vocabulary of %d tokens; wanted at least %d".formatted(size, least));
    }
    List<String> tokens = new ArrayList<>(size);
    for (int b = 0; b < 256; b++) {
      tokens.add(String.valueOf(ByteAlphabet.characterOf(b)));
    }
    MERGES.forEach(merge -> tokens.add(merge.replace(" ", "")));
    tokens.addAll(wanted);
    while (tokens.size() < size - CONTROL_TOKENS) {
      tokens.add("Ġw" + tokens.size());
    }
    tokens.add("<|begin_of_text|>");
    tokens.add("<|end_of_text|>");
    List<Long> types = new ArrayList<>(Collections.nCopies(size - CONTROL_TOKENS, NORMAL));
    types.addAll(Collections.nCopies(CONTROL_TOKENS, CONTROL));

    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("tokenizer.ggml.model", "gpt2");
    keys.put("tokenizer.ggml.pre", pre);
    keys.put("tokenizer.ggml.tokens", tokens);
    keys.put("tokenizer.ggml.token_type", GgufValue.array(GgufType.INT32, types));
    keys.put("tokenizer.ggml.merges", MERGES);
    keys.put("tokenizer.ggml.bos_token_id", size - 2);
    keys.put("tokenizer.ggml.eos_token_id", size - 1);
    keys.put("tokenizer.ggml.add_bos_token", !pre.equals("qwen2"));
    return keys;
  }
}
