package headroom.inference.token;

/**
 * What a token is for; ids of {@code tokenizer.ggml.token_type} as in <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/include/llama.h">{@code enum
 * llama_token_type}</a>.
 */
public enum TokenKind {
  UNDEFINED,
  NORMAL,
  UNKNOWN,
  CONTROL,
  USER_DEFINED,
  UNUSED,
  BYTE;

  /** The kind with this id; ids that are not listed are {@link #UNDEFINED}. */
  static TokenKind of(long id) {
    return id < 0 || id >= values().length ? UNDEFINED : values()[(int) id];
  }

  /** True where the token's spelling is looked for in a text before anything else. */
  boolean isSpecial() {
    return this == CONTROL || this == USER_DEFINED || this == UNKNOWN;
  }
}
