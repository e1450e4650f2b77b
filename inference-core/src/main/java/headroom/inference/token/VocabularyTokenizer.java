package headroom.inference.token;

import headroom.gguf.GgufHeader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** What every tokenizer does the same: special tokens around and inside a text, and decoding. */
abstract class VocabularyTokenizer implements Tokenizer {
  private static final byte[] NOTHING = {};

  private final Vocabulary vocabulary;
  private final SpecialTokens special;
  private final Partition partition;

  VocabularyTokenizer(GgufHeader header, Vocabulary vocabulary, SpecialTokens special) {
    this.vocabulary = vocabulary;
    this.special = special;
    this.partition = new Partition(header, vocabulary);
  }

  final Vocabulary vocabulary() {
    return vocabulary;
  }

  final SpecialTokens special() {
    return special;
  }

  /**
   * Appends the tokens of a text that holds no special token.
   *
   * @param text well-formed and not empty
   * @param first true where nothing or a special token stands before it
   */
  abstract void encode(String text, boolean first, IntStream.Builder tokens);

  /** The bytes that the spelling of a normal token stands for. */
  abstract byte[] spelled(String text);

  @Override
  public final int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    IntStream.Builder tokens = IntStream.builder();
    if (addSpecial) {
      special.beginning().ifPresent(tokens::add);
    }
    boolean first = true;
    for (Fragment fragment : partition.of(Text.wellFormed(text), parseSpecial)) {
      switch (fragment) {
        case Fragment.Text(String plain) -> {
          encode(plain, first, tokens);
          first = false;
        }
        case Fragment.Token(int id) -> {
          tokens.add(id);
          first = true;
        }
      }
    }
    if (addSpecial) {
      special.end().ifPresent(tokens::add);
    }
    return tokens.build().toArray();
  }

  @Override
  public final String decode(int... tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int token : tokens) {
      bytes.writeBytes(bytesOf(token));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public final byte[] bytesOf(int token) {
    String text = vocabulary.text(token);
    return switch (vocabulary.kind(token)) {
      case NORMAL -> spelled(text);
      case USER_DEFINED -> Text.utf8(text);
      case BYTE -> new byte[] {HexBytes.value(vocabulary.source(), token, text)};
      case CONTROL, UNKNOWN, UNUSED, UNDEFINED -> NOTHING;
    };
  }

  @Override
  public final boolean isEndOfGeneration(int token) {
    return special.ends().contains(token);
  }

  @Override
  public final int size() {
    return vocabulary.size();
  }
}
