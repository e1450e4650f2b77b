package headroom.web.support;

/**
 * One field of a form as the page shows it: what was typed is kept, also where it is wrong.
 *
 * @param name of the parameter
 * @param label for people
 * @param value as typed, empty where nothing was
 * @param error what is wrong with it, empty where nothing is
 */
public record Field(String name, String label, String value, String error) {
  public boolean invalid() {
    return !error.isEmpty();
  }
}
