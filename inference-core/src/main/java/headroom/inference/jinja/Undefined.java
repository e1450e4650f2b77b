package headroom.inference.jinja;

/**
 * What a name stands for that nobody has set: prints as nothing, is false, has no members.
 *
 * @param name for messages
 */
record Undefined(String name) {
  @Override
  public String toString() {
    return "";
  }
}
