package headroom.inference.token;

import headroom.gguf.GgufHeader;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding over characters with spaces as U+2581, lines at a time; what has no token is
 * spelled in byte tokens. Gemma 4 does it so, see <a
 * href="https://github.com/ggml-org/llama.cpp/pull/21343">llama.cpp 21343</a>.
 */
final class CharacterPairTokenizer extends VocabularyTokenizer {
  private final WordSplitter splitter;
  private final MergeTable merges;

  CharacterPairTokenizer(GgufHeader header, Vocabulary vocabulary, WordRules rules) {
    super(
        header,
        vocabulary,
        SpecialTokens.of(
            header,
            vocabulary,
            new SpecialTokens.Defaults(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                rules.has(WordRules.Flag.BEGINNING))));
    splitter = rules.splitter();
    merges = MergeTable.of(vocabulary, BytePairTokenizer.merges(header));
  }

  @Override
  void encode(String text, boolean first, IntStream.Builder tokens) {
    splitter.split(
        text.replace(' ', SentencePieceTokenizer.SPACE), line -> encodeLine(line, tokens));
  }

  private void encodeLine(String line, IntStream.Builder tokens) {
    if (line.charAt(0) == '\n') {
      // A run of newlines that is a token stays whole; no merge makes it.
      int whole = vocabulary().idOf(line);
      if (whole != Vocabulary.NONE) {
        tokens.add(whole);
        return;
      }
    }
    SymbolChain chain = new SymbolChain(line.length());
    for (int i = 0, length; i < line.length(); i += length) {
      length = Character.charCount(line.codePointAt(i));
      chain.add(vocabulary().idOf(line.substring(i, i + length)), i, i + length);
    }
    chain.mergeInto(
        merges,
        (token, start, end) -> {
          if (token == Vocabulary.NONE) {
            spell(line.substring(start, end), tokens);
          } else {
            tokens.add(token);
          }
        });
  }

  /** One character in byte tokens; bytes without one are dropped, as llama.cpp drops them. */
  private void spell(String character, IntStream.Builder tokens) {
    for (byte b : Text.utf8(character)) {
      vocabulary().find(HexBytes.spelling(b & 0xFF)).ifPresent(tokens::add);
    }
  }

  @Override
  byte[] spelled(String text) {
    return Text.utf8(text.replace(SentencePieceTokenizer.SPACE, ' '));
  }
}
