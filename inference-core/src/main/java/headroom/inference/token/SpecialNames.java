package headroom.inference.token;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Tokens that are known by their spelling because files do not say what they are for, as in <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-vocab.cpp">llama-vocab.cpp</a>
 * (the part headed "auto-detect special tokens by text").
 */
final class SpecialNames {
  /** Spellings at which generation ends. */
  private static final Set<String> ENDS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[");

  /** Fill-in-the-middle padding and file separators, which end generation too. */
  private static final Set<String> FILL_ENDS =
      Set.of(
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "[PAD]",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  /** Fill-in-the-middle marks: control tokens, whatever the file says. */
  private static final Set<String> FILL_MARKS =
      Set.of(
          "<|fim_prefix|>",
          "<fim-prefix>",
          "<fim_prefix>",
          "<｜fim▁begin｜>",
          "<PRE>",
          "▁<PRE>",
          "<|code_prefix|>",
          "<|prefix|>",
          "<|fim_suffix|>",
          "<fim-suffix>",
          "<fim_suffix>",
          "<｜fim▁hole｜>",
          "<SUF>",
          "▁<SUF>",
          "<|code_suffix|>",
          "<|suffix|>",
          "<|fim_middle|>",
          "<fim-middle>",
          "<fim_middle>",
          "<｜fim▁end｜>",
          "<MID>",
          "▁<MID>",
          "<|code_middle|>",
          "<|middle|>");

  /** Marks of the harmony chat format that are shown to the reader. */
  private static final Set<String> SHOWN =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  private SpecialNames() {}

  /** Corrects the kinds of tokens that are known by their spelling. */
  static void assign(Map<String, Integer> ids, TokenKind[] kinds) {
    for (Set<String> names : List.of(ENDS, FILL_ENDS, FILL_MARKS)) {
      set(ids, kinds, names, TokenKind.CONTROL);
    }
    set(ids, kinds, SHOWN, TokenKind.USER_DEFINED);
    if (endsTurnOnly(ids::containsKey)) {
      set(ids, kinds, Set.of("<|end|>"), TokenKind.USER_DEFINED);
    }
    if (ids.containsKey("<|tool_response>")) {
      set(ids, kinds, Set.of("</s>"), TokenKind.NORMAL);
    }
  }

  private static void set(
      Map<String, Integer> ids, TokenKind[] kinds, Set<String> names, TokenKind kind) {
    for (String name : names) {
      Integer id = ids.get(name);
      if (id != null) {
        kinds[id] = kind;
      }
    }
  }

  /**
   * The ids at which generation ends: those declared and those known by their spelling, less those
   * that this vocabulary uses within an answer.
   */
  static Set<Integer> ends(Vocabulary vocabulary, Set<Integer> declared) {
    Set<Integer> ends = new TreeSet<>(declared);
    for (Set<String> names : List.of(ENDS, FILL_ENDS)) {
      for (String name : names) {
        vocabulary.find(name).ifPresent(ends::add);
      }
    }
    if (endsTurnOnly(name -> vocabulary.find(name).isPresent())) {
      vocabulary.find("<|end|>").ifPresent(ends::remove);
    }
    if (vocabulary.find("<|tool_response>").isPresent()) {
      vocabulary.find("</s>").ifPresent(ends::remove);
    }
    return ends;
  }

  /** True for harmony and its kin, where {@code <|end|>} closes a message, not the answer. */
  private static boolean endsTurnOnly(Predicate<String> known) {
    boolean calls = known.test("<|call|>") || known.test("<|calls|>");
    return calls && (known.test("<|return|>") || known.test("<|flush|>"));
  }
}
