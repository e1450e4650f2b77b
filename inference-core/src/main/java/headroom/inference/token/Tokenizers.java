package headroom.inference.token;

import headroom.gguf.GgufHeader;

/** Chooses the tokenizer that a file asks for. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of a file, by {@code tokenizer.ggml.model} and, for byte-pair vocabularies,
   * {@code tokenizer.ggml.pre}.
   *
   * @throws VocabularyException where the file has no vocabulary, one that is broken, or one of a
   *     kind that is not supported; the message lists those that are
   */
  public static Tokenizer of(GgufHeader header) {
    String model =
        header
            .metadata()
            .findString("tokenizer.ggml.model")
            .orElseThrow(
                () ->
                    new VocabularyException(
                        header.source(),
                        "key 'tokenizer.ggml.model' is missing; wanted llama, gpt2 or gemma4; this"
                            + " file can be measured with token ids but not prompted with text"));
    return switch (model) {
      case "llama" -> new SentencePieceTokenizer(header, Vocabulary.of(header));
      case "gpt2" -> new BytePairTokenizer(header, Vocabulary.of(header), rules(header));
      case "gemma4" -> new CharacterPairTokenizer(header, Vocabulary.of(header), WordRules.GEMMA4);
      default ->
          throw new VocabularyException(
              header.source(),
              "tokenizer.ggml.model is '%s'; this build reads llama (SentencePiece), gpt2 and gemma4"
                  .formatted(model));
    };
  }

  private static WordRules rules(GgufHeader header) {
    // Files from before the key existed get the default rules, as in llama.cpp.
    String name = header.metadata().findString("tokenizer.ggml.pre").orElse("");
    return WordRules.named(name)
        .filter(rules -> !rules.has(WordRules.Flag.CHARACTERS))
        .orElseThrow(
            () ->
                new VocabularyException(
                    header.source(),
                    "tokenizer.ggml.pre is '%s'; this build knows %s"
                        .formatted(name, String.join(", ", WordRules.names()))));
  }
}
