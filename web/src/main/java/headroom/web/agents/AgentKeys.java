package headroom.web.agents;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Issues keys, recognises them and takes them back. */
@Component
public class AgentKeys {
  private static final String SCHEME = "bearer ";

  private final Agents agents;

  AgentKeys(Agents agents) {
    this.agents = agents;
  }

  /**
   * A new agent with its key, the only time that the key is known in clear.
   *
   * @param agent as kept
   * @param key to be shown once
   */
  record Issued(Agent agent, AgentKey key) {}

  /** Makes an agent and commits it. */
  @Transactional
  Issued issue(AgentName name) {
    AgentKey key = AgentKey.random();
    return new Issued(agents.save(new Agent(name, key, Instant.now())), key);
  }

  /**
   * The agent whose key an {@code Authorization: Bearer KEY} header carries (RFC 6750); empty where
   * the header is absent, is of another form, or its key is unknown or revoked.
   */
  public Optional<Agent> agentOf(@Nullable String authorization) {
    if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    return AgentKey.parse(authorization.substring(SCHEME.length()))
        .flatMap(key -> agents.findByKeyHash(key.hash()))
        .filter(agent -> !agent.isRevoked());
  }

  /** Revokes a key; empty where no agent has it. */
  @Transactional
  Optional<Agent> revoke(AgentKey key) {
    Optional<Agent> agent = agents.findByKeyHash(key.hash());
    agent.ifPresent(known -> known.revoke(Instant.now()));
    return agent;
  }
}
