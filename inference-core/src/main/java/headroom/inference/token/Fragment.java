package headroom.inference.token;

/** A piece of a text before it is cut into tokens. */
sealed interface Fragment {
  /** Text that is still to be cut. */
  record Text(String text) implements Fragment {}

  /** A token whose spelling stood in the text. */
  record Token(int id) implements Fragment {}
}
