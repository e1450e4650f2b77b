package headroom.web.agents;

import headroom.web.support.Field;
import java.util.Optional;

/**
 * The page of keys.
 *
 * @param name field of the form that makes a key
 * @param key field of the form that revokes one; never shows what was typed
 * @param issued the key just made, shown this once
 * @param revoked name of the agent whose key was just revoked
 * @param siteUrl where this site answers, for the command line
 * @param jarOffered true where the agent can be downloaded here
 */
record AgentsPage(
    Field name,
    Field key,
    Optional<Shown> issued,
    Optional<String> revoked,
    String siteUrl,
    boolean jarOffered) {

  /** A key with the name of its agent. */
  record Shown(String name, String key) {}

  static AgentsPage blank(String siteUrl, boolean jarOffered) {
    return new AgentsPage(
        name("", ""), key(""), Optional.empty(), Optional.empty(), siteUrl, jarOffered);
  }

  AgentsPage wrongName(String value, String error) {
    return new AgentsPage(name(value, error), key, issued, revoked, siteUrl, jarOffered);
  }

  AgentsPage wrongKey(String error) {
    return new AgentsPage(name, key(error), issued, revoked, siteUrl, jarOffered);
  }

  AgentsPage issued(String agent, String key) {
    return new AgentsPage(
        name, this.key, Optional.of(new Shown(agent, key)), revoked, siteUrl, jarOffered);
  }

  AgentsPage revoked(String agent) {
    return new AgentsPage(name, key, issued, Optional.of(agent), siteUrl, jarOffered);
  }

  private static Field name(String value, String error) {
    return new Field("name", "Name of the machine or runner", value, error);
  }

  private static Field key(String error) {
    return new Field("key", "Key to revoke", "", error);
  }
}
