package headroom.inference.token;

import headroom.gguf.GgufHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds special tokens by their spelling, longest first, and leaves the text between them; as
 * {@code tokenizer_st_partition} in <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-vocab.cpp">llama-vocab.cpp</a>.
 */
final class Partition {
  /** Tokens of Phi-3 after which white space stays; after its other special tokens it goes. */
  private static final Set<String> PHI3_KEEPS_SPACE = Set.of("<unk>", "<s>", "<|endoftext|>");

  private final Vocabulary vocabulary;
  private final List<Integer> specials;
  private final boolean phi3;

  Partition(GgufHeader header, Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.specials = vocabulary.specials();
    String name = header.metadata().findString("general.name").orElse("").toLowerCase(Locale.ROOT);
    this.phi3 = name.contains("phi-3") || name.contains("phi3");
  }

  /**
   * The text as fragments, in order.
   *
   * @param control true to find control and unknown tokens too, not only user-defined ones
   */
  List<Fragment> of(String text, boolean control) {
    List<Fragment> fragments = text.isEmpty() ? List.of() : List.of(new Fragment.Text(text));
    for (int id : specials) {
      if (control || vocabulary.kind(id) == TokenKind.USER_DEFINED) {
        fragments = split(fragments, id);
      }
    }
    return fragments;
  }

  private List<Fragment> split(List<Fragment> fragments, int id) {
    String spelling = vocabulary.text(id);
    if (fragments.stream().noneMatch(f -> holds(f, spelling))) {
      return fragments;
    }
    List<Fragment> split = new ArrayList<>();
    for (Fragment fragment : fragments) {
      if (fragment instanceof Fragment.Text(String text) && holds(fragment, spelling)) {
        split.addAll(split(text, spelling, id));
      } else {
        split.add(fragment);
      }
    }
    return split;
  }

  private static boolean holds(Fragment fragment, String spelling) {
    return fragment instanceof Fragment.Text(String text) && text.contains(spelling);
  }

  private List<Fragment> split(String text, String spelling, int id) {
    boolean dropsSpace = phi3 && !PHI3_KEEPS_SPACE.contains(spelling);
    List<Fragment> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, from)) {
      if (at > from) {
        parts.add(new Fragment.Text(text.substring(from, at)));
      }
      parts.add(new Fragment.Token(id));
      from = at + spelling.length();
      while (dropsSpace && from < text.length() && isSpace(text.charAt(from))) {
        from++;
      }
    }
    if (from < text.length()) {
      parts.add(new Fragment.Text(text.substring(from)));
    }
    return parts;
  }

  /** {@code isspace} of C in its default locale. */
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
