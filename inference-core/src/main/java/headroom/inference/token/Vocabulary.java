package headroom.inference.token;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens of a model by id: spelling, score and kind. */
public final class Vocabulary {
  /** Stands for "no such token" inside this package, where an object per look-up would cost. */
  static final int NONE = -1;

  private final String source;
  private final List<String> texts;
  private final float[] scores;
  private final TokenKind[] kinds;
  private final Map<String, Integer> ids;
  private final int longest;

  private Vocabulary(
      String source,
      List<String> texts,
      float[] scores,
      TokenKind[] kinds,
      Map<String, Integer> ids) {
    this.source = source;
    this.texts = texts;
    this.scores = scores;
    this.kinds = kinds;
    this.ids = ids;
    this.longest = texts.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * The vocabulary that a header holds under {@code tokenizer.ggml.tokens}, {@code .scores} and
   * {@code .token_type}; scores and types may be absent.
   *
   * @throws VocabularyException where tokens are missing, spelled twice or fewer than their scores
   */
  public static Vocabulary of(GgufHeader header) {
    GgufMetadata metadata = header.metadata();
    String source = header.source();
    List<String> spelled =
        metadata
            .findList("tokenizer.ggml.tokens", String.class)
            .orElseThrow(
                () ->
                    new VocabularyException(
                        source,
                        "key 'tokenizer.ggml.tokens' is missing; wanted the list of tokens; this"
                            + " file can be measured with token ids but not prompted with text"));
    int size = spelled.size();
    if (size == 0) {
      throw new VocabularyException(
          source, "key 'tokenizer.ggml.tokens' is empty; wanted at least one token");
    }
    List<String> texts = new ArrayList<>(size);
    Map<String, Integer> ids = HashMap.newHashMap(size);
    for (int id = 0; id < size; id++) {
      // llama-vocab.cpp gives tokens without spelling this name, so that spellings stay distinct.
      String text = spelled.get(id).isEmpty() ? "[EMPTY_" + id + "]" : spelled.get(id);
      Integer earlier = ids.put(text, id);
      if (earlier != null) {
        throw new VocabularyException(
            source,
            "tokens %d and %d are both spelled '%s'; wanted every spelling once"
                .formatted(earlier, id, text));
      }
      texts.add(text);
    }
    TokenKind[] kinds = kinds(source, metadata, size);
    SpecialNames.assign(ids, kinds);
    return new Vocabulary(
        source, Collections.unmodifiableList(texts), scores(source, metadata, size), kinds, ids);
  }

  private static float[] scores(String source, GgufMetadata metadata, int size) {
    float[] scores = new float[size];
    List<Number> listed =
        metadata.findList("tokenizer.ggml.scores", Number.class).orElse(List.of());
    checkLength(source, "tokenizer.ggml.scores", listed, size);
    for (int id = 0; id < Math.min(size, listed.size()); id++) {
      scores[id] = listed.get(id).floatValue();
    }
    return scores;
  }

  private static TokenKind[] kinds(String source, GgufMetadata metadata, int size) {
    TokenKind[] kinds = new TokenKind[size];
    List<Number> listed =
        metadata.findList("tokenizer.ggml.token_type", Number.class).orElse(List.of());
    checkLength(source, "tokenizer.ggml.token_type", listed, size);
    for (int id = 0; id < size; id++) {
      kinds[id] = listed.isEmpty() ? TokenKind.NORMAL : TokenKind.of(listed.get(id).longValue());
    }
    return kinds;
  }

  private static void checkLength(String source, String key, List<?> listed, int size) {
    if (!listed.isEmpty() && listed.size() < size) {
      throw new VocabularyException(
          source,
          "key '%s' lists %d values; wanted one for each of %d tokens"
              .formatted(key, listed.size(), size));
    }
  }

  /** File name or URL it came from. */
  public String source() {
    return source;
  }

  /** Number of tokens. */
  public int size() {
    return texts.size();
  }

  /** The spelling of a token as the file has it. */
  public String text(int id) {
    return texts.get(id);
  }

  /** The score of a token: higher merges first in a SentencePiece vocabulary. */
  public float score(int id) {
    return scores[id];
  }

  /** What a token is for. */
  public TokenKind kind(int id) {
    return kinds[id];
  }

  /** The token of this spelling. */
  public OptionalInt find(String text) {
    int id = idOf(text);
    return id == NONE ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The token of this spelling or {@link #NONE}. */
  int idOf(String text) {
    Integer id = ids.get(text);
    return id == null ? NONE : id;
  }

  /** Characters (UTF-16) of the longest spelling. */
  int longest() {
    return longest;
  }

  /** The tokens that are looked for in a text before anything else, longest spelling first. */
  List<Integer> specials() {
    List<Integer> specials = new ArrayList<>();
    for (int id = 0; id < kinds.length; id++) {
      if (kinds[id].isSpecial()) {
        specials.add(id);
      }
    }
    specials.sort(Comparator.comparingInt(id -> -utf8Length(text(id))));
    return List.copyOf(specials);
  }

  private static int utf8Length(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }
}
