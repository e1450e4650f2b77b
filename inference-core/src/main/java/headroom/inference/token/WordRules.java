package headroom.inference.token;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How a byte-pair tokenizer cuts a text into words before it merges, by the names of {@code
 * tokenizer.ggml.pre}. Several expressions apply one after another, each to the pieces that the one
 * before it left.
 *
 * <p>Names, flags and expressions follow <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-vocab.cpp">{@code
 * llm_tokenizer_bpe}</a>; where that engine folds character classes together (upper and lower case
 * letters, for instance) the expression here says what remains. In all of them {@code \\s} is
 * Unicode white space.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists are copies that nothing can change
enum WordRules {
  DEFAULT(
      List.of("default", ""),
      List.of("[\\p{P}$+<=>^~|]+", Expressions.GPT2, "\\p{N}+", "[0-9][0-9][0-9]")),
  LLAMA3(
      List.of(
          "llama-bpe",
          "llama3",
          "llama-v3",
          "falcon3",
          "falcon-h1",
          "pixtral",
          "midm-2.0",
          "lfm2",
          "jina-v5-nano"),
      List.of(Expressions.LLAMA3),
      Flag.WHOLE_WORDS,
      Flag.BEGINNING),
  DBRX(List.of("dbrx", "smaug-bpe"), List.of(Expressions.LLAMA3)),
  GLM4(List.of("glm4", "chatglm-bpe"), List.of(Expressions.LLAMA3), Flag.NO_DEFAULT_BEGINNING),
  QWEN2(
      List.of(
          "qwen2",
          "deepseek-r1-qwen",
          "kormo",
          "f2llmv2",
          "megrez",
          "stablelm2",
          "hunyuan",
          "solar-open",
          "grok-2"),
      List.of(Expressions.QWEN2)),
  QWEN35(
      List.of("qwen35"),
      List.of(
          Expressions.CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
              + Expressions.SPACES)),
  GPT2(
      List.of(
          "gpt-2",
          "phi-2",
          "jina-es",
          "jina-de",
          "gigachat",
          "jina-v2-es",
          "jina-v2-de",
          "a.x-4.0",
          "mellum",
          "modern-bert",
          "mpt",
          "olmo",
          "jais",
          "trillion",
          "granite-docling",
          "exaone4"),
      List.of(Expressions.GPT2)),
  STARCODER(
      List.of(
          "starcoder",
          "refact",
          "command-r",
          "smollm",
          "codeshell",
          "exaone",
          "minerva-7b",
          "mellum2"),
      List.of("\\p{N}", Expressions.GPT2)),
  FALCON(List.of("falcon"), List.of("[\\p{P}$+<=>^~|`]+", Expressions.GPT2, "[0-9][0-9][0-9]")),
  DEEPSEEK_LLM(
      List.of("deepseek-llm"),
      List.of(
          "[\\r\\n]",
          "\\s?[" + Expressions.CASED_LETTERS + "]+",
          "\\s?[!-/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3001-\\u3002]+",
          "\\s+\\z",
          Expressions.EAST_ASIAN,
          "\\p{N}+")),
  DEEPSEEK_CODER(
      List.of("deepseek-coder"),
      List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", Expressions.EAST_ASIAN, "\\p{N}")),
  DEEPSEEK_V3(
      List.of("deepseek-v3", "hunyuan-dense", "joyai-llm"),
      List.of(
          "\\p{N}{1,3}",
          "[\\u4e00-\\u9fa5\\u3040-\\u309f\\u30a0-\\u30ff]+",
          "[!-/:-@\\[-`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
              + "| ?[\\p{P}\\p{S}]+[\\r\\n]*"
              + Expressions.SPACES)),
  YOUTU(
      List.of("youtu"),
      List.of(
          "[\\uac00-\\ud7a3\\u3131-\\u318e]+"
              + "|[\\uff01\\u2026\\u201c\\u201d\\u2018\\u2019\\u2014\\uff1a\\uff1b\\uff0c"
              + "\\u3001-\\u303f\\ufe30-\\ufe4f]+"
              + "|[\\u3105-\\u312f]+|[\\u4e00-\\u9fa5\\u3040-\\u309f\\u30a0-\\u30ff]+",
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+"
              + Expressions.CONTRACTION
              + "?|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
              + Expressions.SPACES),
      Flag.WHOLE_WORDS),
  TEKKEN(
      List.of("tekken"),
      List.of(
          "[^\\r\\n\\p{L}\\p{N}]?"
              + Expressions.WORD_ENDING_LOWER
              + "|[^\\r\\n\\p{L}\\p{N}]?"
              + Expressions.WORD_STARTING_UPPER
              + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
              + Expressions.SPACES),
      Flag.WHOLE_WORDS,
      Flag.BEGINNING),
  GPT4O(
      List.of("gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"),
      List.of(
          "[^\\r\\n\\p{L}\\p{N}]?"
              + Expressions.WORD_ENDING_LOWER
              + Expressions.CONTRACTION
              + "?|[^\\r\\n\\p{L}\\p{N}]?"
              + Expressions.WORD_STARTING_UPPER
              + Expressions.CONTRACTION
              + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
              + Expressions.SPACES)),
  BAILING(
      List.of("bailingmoe", "bailingmoe2", "llada-moe"),
      List.of(
          "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+")),
  SEED_CODER(
      List.of("seed-coder"),
      List.of(
          Expressions.CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+"
              + Expressions.SPACES)),
  MINICPM5(
      List.of("minicpm5"),
      List.of(
          "\\p{N}{1,3}",
          Expressions.CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}+| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + Expressions.SPACES),
      Flag.WHOLE_WORDS),
  EXAONE_MOE(
      List.of("exaone-moe"),
      List.of(
          Expressions.CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}[\\p{L}\\p{M}]*+(?: \\p{L}[\\p{L}\\p{M}]*+)*+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+")),
  JAIS2(
      List.of("jais-2"),
      List.of(
          Expressions.CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + "|\\s*[\\r\\n]+|\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)"
              + "|\\s{32}(?!\\S)|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s")),
  LAGUNA(List.of("laguna"), List.of("[^\\n]+|\\n+", Expressions.QWEN2)),
  VIKING(List.of("viking"), List.of(Expressions.POLYGLOT, "\\p{N}")),
  BLOOM(List.of("bloom", "poro-chat", "gpt3-finnish"), List.of(Expressions.POLYGLOT)),
  CHAMELEON(
      List.of("chameleon"),
      List.of(
          "<sentinel:[0-9]+>",
          "IMGIMG[A-I]{1,4}Z",
          "[\\t\\n]|    |  ",
          "\\p{N}",
          "[\\p{P}!-/:-@\\[-`{-~]",
          Expressions.GPT2),
      Flag.BEGINNING),
  /** Spaces become U+2581 and merges run over whole lines of characters, not bytes. */
  GEMMA4(List.of("gemma4"), List.of("[^\\n]+|\\n+"), Flag.CHARACTERS, Flag.BEGINNING);

  /** What else a family of vocabularies asks for. */
  enum Flag {
    /** A word that is a token stays whole, whatever the merges say. */
    WHOLE_WORDS,
    /** Texts get a beginning-of-sequence token unless the file says otherwise. */
    BEGINNING,
    /** There is no beginning-of-sequence token unless the file names one. */
    NO_DEFAULT_BEGINNING,
    /** Merges join characters and spaces are U+2581; otherwise they join bytes. */
    CHARACTERS
  }

  private final List<String> names;
  private final List<String> expressions;
  private final List<Flag> flags;

  WordRules(List<String> names, List<String> expressions, Flag... flags) {
    this.names = names;
    this.expressions = expressions;
    this.flags = List.of(flags);
  }

  /** The rules of this name; empty where no rules have it. */
  static Optional<WordRules> named(String name) {
    return Arrays.stream(values()).filter(rules -> rules.names.contains(name)).findFirst();
  }

  /** Every name that {@link #named} knows, sorted. */
  static List<String> names() {
    TreeSet<String> all = new TreeSet<>();
    Arrays.stream(values()).forEach(rules -> all.addAll(rules.names));
    all.remove("");
    return List.copyOf(all);
  }

  boolean has(Flag flag) {
    return flags.contains(flag);
  }

  WordSplitter splitter() {
    return new WordSplitter(expressions);
  }

  /** Expressions that several rules share. */
  private static final class Expressions {
    static final String CONTRACTION = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String GPT2 =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    static final String LLAMA3 =
        CONTRACTION
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + SPACES;
    static final String QWEN2 =
        CONTRACTION
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + SPACES;
    static final String WORD_ENDING_LOWER = "[\\p{L}&&[^a-z]]*[\\p{L}&&[^A-Z]]+";
    static final String WORD_STARTING_UPPER = "[\\p{L}&&[^a-z]]+[\\p{L}&&[^A-Z]]*";
    static final String POLYGLOT =
        " ?[^(\\s|.,!?\\u2026\\u3002\\uff0c\\u3001\\u0964\\u06d4\\u060c)]+";

    /** Blocks from Samaritan to Hangul; white space in them is space to the reference engine. */
    static final String EAST_ASIAN = "[[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]&&\\S]+";

    /** Letters with case as the DeepSeek LLM tokenizer lists them. */
    static final String CASED_LETTERS =
        "A-Za-z\\u00b5\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u01ba\\u01bc-\\u01bf\\u01c4-"
            + "\\u0293\\u0295-\\u02af\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u037f\\u0386"
            + "\\u0388-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03f5\\u03f7-\\u0481\\u048a-\\u052f"
            + "\\u0531-\\u0556\\u10a0-\\u10c5\\u13a0-\\u13f5\\u13f8-\\u13fd\\u1c90-\\u1cba\\u1cbd-"
            + "\\u1cbf\\u1d00-\\u1d2b\\u1d6b-\\u1d77\\u1d79-\\u1d9a\\u1e00-\\u1f15\\u1f18-\\u1f1d"
            + "\\u1f20-\\u1f45\\u1f48-\\u1f4d\\u1f50-\\u1f57\\u1f59\\u1f5b\\u1f5d\\u1f5f-\\u1f7d"
            + "\\u1f80-\\u1fb4\\u1fb6-\\u1fbc\\u1fbe\\u1fc2-\\u1fc4\\u1fc6-\\u1fcc\\u1fd0-\\u1fd3"
            + "\\u1fd6-\\u1fdb\\u1fe0-\\u1fec\\u1ff2-\\u1ff4\\u1ff6-\\u1ffc\\u2102\\u2107\\u210a-"
            + "\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2126\\u2128\\u212a-\\u212d\\u212f-\\u2134"
            + "\\u2139\\u213c-\\u213f\\u2145-\\u2149\\u214e\\u2183\\u2184\\u2c00-\\u2c7b\\u2c7e-"
            + "\\u2ce4\\u2ceb-\\u2cee\\u2cf2\\u2cf3\\ua640-\\ua66d\\ua680-\\ua69b\\ua722-\\ua76f"
            + "\\ua771-\\ua787\\ua78b-\\ua78e\\uab70-\\uabbf\\ufb00-\\ufb06\\ufb13-\\ufb17\\uff21-"
            + "\\uff3a\\uff41-\\uff5a\\x{10400}-\\x{1044f}\\x{104b0}-\\x{104d3}\\x{104d8}-"
            + "\\x{104fb}\\x{10c80}-\\x{10cb2}\\x{10cc0}-\\x{10cf2}\\x{118a0}-\\x{118df}\\x{1e900}-"
            + "\\x{1e943}";
  }
}
