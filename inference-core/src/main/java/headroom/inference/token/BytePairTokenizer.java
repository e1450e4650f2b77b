package headroom.inference.token;

import headroom.gguf.GgufHeader;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Byte-level byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909; bytes as in GPT-2): words
 * cut by {@link WordRules}, then merges by rank. Bytes for which the vocabulary has no token are
 * dropped, as llama.cpp drops them.
 */
final class BytePairTokenizer extends VocabularyTokenizer {
  /** Default ids where the file names none; {@code special_bos_id = 11} in llama-vocab.cpp. */
  private static final OptionalInt DEFAULT_ID = OptionalInt.of(11);

  private final WordSplitter splitter;
  private final MergeTable merges;
  private final boolean wholeWords;

  /** Token of each byte or {@link Vocabulary#NONE}. */
  private final int[] bytes;

  BytePairTokenizer(GgufHeader header, Vocabulary vocabulary, WordRules rules) {
    super(header, vocabulary, special(header, vocabulary, rules));
    splitter = rules.splitter();
    merges = MergeTable.of(vocabulary, merges(header));
    wholeWords = rules.has(WordRules.Flag.WHOLE_WORDS);
    bytes =
        IntStream.range(0, 256)
            .map(b -> vocabulary.idOf(String.valueOf(ByteAlphabet.characterOf(b))))
            .toArray();
  }

  private static SpecialTokens special(GgufHeader header, Vocabulary vocabulary, WordRules rules) {
    OptionalInt beginning =
        rules.has(WordRules.Flag.NO_DEFAULT_BEGINNING) ? OptionalInt.empty() : DEFAULT_ID;
    return SpecialTokens.of(
        header,
        vocabulary,
        new SpecialTokens.Defaults(
            beginning, DEFAULT_ID, OptionalInt.empty(), rules.has(WordRules.Flag.BEGINNING)));
  }

  /** The merges that the header lists. */
  static List<String> merges(GgufHeader header) {
    return header
        .metadata()
        .findList("tokenizer.ggml.merges", String.class)
        .orElseThrow(
            () ->
                new VocabularyException(
                    header.source(),
                    "key 'tokenizer.ggml.merges' is missing; wanted the merges of a byte-pair"
                        + " vocabulary; convert the model again with a current converter"));
  }

  @Override
  void encode(String text, boolean first, IntStream.Builder tokens) {
    splitter.split(text, word -> encodeWord(word, tokens));
  }

  private void encodeWord(String word, IntStream.Builder tokens) {
    byte[] utf8 = Text.utf8(word);
    if (wholeWords) {
      int whole = vocabulary().idOf(ByteAlphabet.spell(utf8));
      if (whole != Vocabulary.NONE) {
        tokens.add(whole);
        return;
      }
    }
    SymbolChain chain = new SymbolChain(utf8.length);
    for (int i = 0; i < utf8.length; i++) {
      chain.add(bytes[utf8[i] & 0xFF], i, i + 1);
    }
    chain.mergeInto(
        merges,
        (token, start, end) -> {
          if (token != Vocabulary.NONE) {
            tokens.add(token);
          }
        });
  }

  @Override
  byte[] spelled(String text) {
    return ByteAlphabet.read(text);
  }
}
