package headroom.web.agents;

/**
 * What an owner calls an agent.
 *
 * @param text 1 to 80 characters without control characters, stripped
 */
record AgentName(String text) {
  static final int LONGEST = 80;

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException with a message for the sender
   */
  AgentName {
    text = text.strip();
    long length = text.codePoints().count();
    if (length < 1 || length > LONGEST) {
      throw new IllegalArgumentException(
          "name has %d characters; wanted 1 to %d, such as 'desk' or 'ci-runner-3'"
              .formatted(length, LONGEST));
    }
    if (text.codePoints()
        .anyMatch(
            c ->
                Character.getType(c) == Character.CONTROL
                    || Character.getType(c) == Character.SURROGATE)) {
      throw new IllegalArgumentException("name has a control character; wanted plain text");
    }
  }
}
