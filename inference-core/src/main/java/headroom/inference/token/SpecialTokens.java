package headroom.inference.token;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What surrounds a text and what ends one.
 *
 * @param beginning token before the text, where texts get one
 * @param end token after the text, where texts get one
 * @param unknown token for what the vocabulary cannot spell
 * @param ends tokens at which generation stops
 */
record SpecialTokens(
    OptionalInt beginning, OptionalInt end, OptionalInt unknown, Set<Integer> ends) {
  SpecialTokens {
    ends = Set.copyOf(ends);
  }

  /**
   * What a family of tokenizers takes where the file says nothing; ids as in llama-vocab.cpp.
   *
   * @param beginning id of the beginning of sequence
   * @param end id of the end of sequence
   * @param unknown id of the unknown token
   * @param addsBeginning true where texts get a beginning unless the file says otherwise
   */
  record Defaults(
      OptionalInt beginning, OptionalInt end, OptionalInt unknown, boolean addsBeginning) {}

  /**
   * What the header declares, completed by the defaults.
   *
   * @throws VocabularyException where a declared id is outside the vocabulary, or one that texts
   *     must get is not declared
   */
  static SpecialTokens of(GgufHeader header, Vocabulary vocabulary, Defaults defaults) {
    OptionalInt beginning = id(header, vocabulary, "bos_token_id", defaults.beginning());
    OptionalInt end = id(header, vocabulary, "eos_token_id", defaults.end());
    OptionalInt unknown = id(header, vocabulary, "unknown_token_id", defaults.unknown());
    GgufMetadata metadata = header.metadata();
    boolean addsBeginning =
        metadata.findBoolean("tokenizer.ggml.add_bos_token").orElse(defaults.addsBeginning());
    boolean addsEnd = metadata.findBoolean("tokenizer.ggml.add_eos_token").orElse(false);

    Set<Integer> declared = new TreeSet<>();
    end.ifPresent(declared::add);
    id(header, vocabulary, "eot_token_id", OptionalInt.empty()).ifPresent(declared::add);
    id(header, vocabulary, "eom_token_id", OptionalInt.empty()).ifPresent(declared::add);
    return new SpecialTokens(
        wanted(header, "bos", addsBeginning, beginning),
        wanted(header, "eos", addsEnd, end),
        unknown,
        SpecialNames.ends(vocabulary, declared));
  }

  private static OptionalInt id(
      GgufHeader header, Vocabulary vocabulary, String name, OptionalInt otherwise) {
    String key = "tokenizer.ggml." + name;
    if (header.metadata().find(key).isEmpty()) {
      return otherwise.isPresent() && otherwise.getAsInt() < vocabulary.size()
          ? otherwise
          : OptionalInt.empty();
    }
    long id = header.metadata().getLong(key);
    if (id < 0 || id >= vocabulary.size()) {
      throw new VocabularyException(
          header.source(),
          "key '%s' is %d; wanted the id of one of %d tokens"
              .formatted(key, id, vocabulary.size()));
    }
    return OptionalInt.of((int) id);
  }

  private static OptionalInt wanted(
      GgufHeader header, String name, boolean wanted, OptionalInt id) {
    if (!wanted) {
      return OptionalInt.empty();
    }
    if (id.isEmpty()) {
      throw new VocabularyException(
          header.source(),
          "texts get a %1$s token but key 'tokenizer.ggml.%1$s_token_id' is missing; wanted it"
              .formatted(name));
    }
    return id;
  }
}
