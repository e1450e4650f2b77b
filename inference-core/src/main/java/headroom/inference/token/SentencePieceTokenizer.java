package headroom.inference.token;

import headroom.gguf.GgufHeader;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * SentencePiece byte-pair encoding (Kudo and Richardson 2018, arXiv 1808.06226): over the whole
 * text, neighbours merge whenever their union is a token, highest score first. Spaces are U+2581
 * and what has no token is spelled in byte tokens.
 */
final class SentencePieceTokenizer extends VocabularyTokenizer {
  /** U+2581, which stands for a space. */
  static final char SPACE = '▁';

  private final boolean prefixesSpace;

  /** Position of each token's score among all scores, highest first; equal scores share one. */
  private final int[] ranks;

  /** Token of each byte or {@link Vocabulary#NONE}. */
  private final int[] bytes;

  SentencePieceTokenizer(GgufHeader header, Vocabulary vocabulary) {
    super(header, vocabulary, special(header, vocabulary));
    prefixesSpace = header.metadata().findBoolean("tokenizer.ggml.add_space_prefix").orElse(true);
    ranks = ranks(vocabulary);
    bytes = IntStream.range(0, 256).map(b -> byteToken(vocabulary, b)).toArray();
  }

  /** Defaults as in llama-vocab.cpp: unknown 0, beginning 1, end 2. */
  private static SpecialTokens special(GgufHeader header, Vocabulary vocabulary) {
    return SpecialTokens.of(
        header,
        vocabulary,
        new SpecialTokens.Defaults(OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(0), true));
  }

  private static int[] ranks(Vocabulary vocabulary) {
    int[] byScore =
        IntStream.range(0, vocabulary.size())
            .boxed()
            .sorted((a, b) -> Float.compare(vocabulary.score(b), vocabulary.score(a)))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] ranks = new int[byScore.length];
    for (int i = 1; i < byScore.length; i++) {
      boolean same = vocabulary.score(byScore[i]) == vocabulary.score(byScore[i - 1]);
      ranks[byScore[i]] = same ? ranks[byScore[i - 1]] : i;
    }
    return ranks;
  }

  private static int byteToken(Vocabulary vocabulary, int value) {
    int id = vocabulary.idOf(HexBytes.spelling(value));
    return id == Vocabulary.NONE && value < 128
        ? vocabulary.idOf(String.valueOf((char) value))
        : id;
  }

  @Override
  void encode(String text, boolean first, IntStream.Builder tokens) {
    String escaped = (first && prefixesSpace ? " " + text : text).replace(' ', SPACE);
    SymbolChain chain = new SymbolChain(escaped.length());
    for (int i = 0, length; i < escaped.length(); i += length) {
      length = Character.charCount(escaped.codePointAt(i));
      chain.add(vocabulary().idOf(escaped.substring(i, i + length)), i, i + length);
    }
    chain.mergeInto(
        (left, right, start, end) -> merge(escaped, start, end),
        (token, start, end) -> {
          if (token == Vocabulary.NONE) {
            spell(escaped.substring(start, end), tokens);
          } else {
            tokens.add(token);
          }
        });
  }

  private long merge(String text, int start, int end) {
    if (end - start > vocabulary().longest()) {
      return SymbolChain.Rule.NEVER;
    }
    int token = vocabulary().idOf(text.substring(start, end));
    return token == Vocabulary.NONE
        ? SymbolChain.Rule.NEVER
        : SymbolChain.Rule.answer(ranks[token], token);
  }

  /** One character in byte tokens, or as the unknown token where a byte has none. */
  private void spell(String character, IntStream.Builder tokens) {
    byte[] utf8 = Text.utf8(character);
    for (byte b : utf8) {
      if (bytes[b & 0xFF] == Vocabulary.NONE) {
        tokens.add(
            special()
                .unknown()
                .orElseThrow(
                    () ->
                        new VocabularyException(
                            vocabulary().source(),
                            "'%s' has no token, no bytes, no unknown token; wanted one"
                                .formatted(character))));
        return;
      }
    }
    for (byte b : utf8) {
      tokens.add(bytes[b & 0xFF]);
    }
  }

  @Override
  byte[] spelled(String text) {
    return Text.utf8(text.replace(SPACE, ' '));
  }
}
