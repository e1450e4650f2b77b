package headroom.inference.token;

/** Text to token ids and back. Immutable and safe to share between threads. */
public interface Tokenizer {

  /**
   * The ids of a text.
   *
   * @param text any text; lone surrogates count as U+FFFD
   * @param addSpecial true to put the tokens before and after that the vocabulary asks for
   *     (beginning and end of sequence)
   * @param parseSpecial true to read the spelling of control tokens in the text as those tokens;
   *     user-defined tokens are always read
   */
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /**
   * The text of these ids: their {@link #bytesOf bytes} one after another, read as UTF-8, with
   * U+FFFD where they are not. A vocabulary that prefixes texts with a space gives that space back.
   */
  String decode(int... tokens);

  /**
   * What one token adds to the text; possibly a part of a character, and nothing for control
   * tokens. {@link TextStream} turns a run of these into whole characters.
   *
   * @throws IndexOutOfBoundsException for an id outside the vocabulary
   */
  byte[] bytesOf(int token);

  /** True where generation should stop at this token. */
  boolean isEndOfGeneration(int token);

  /** Number of tokens in the vocabulary. */
  int size();
}
