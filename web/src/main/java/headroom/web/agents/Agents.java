package headroom.web.agents;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

/** The known agents. */
public interface Agents extends JpaRepository<Agent, UUID> {
  /** By SHA-256 of the key; also a revoked one. */
  Optional<Agent> findByKeyHash(byte[] keyHash);

  /** Notes that the agent sent something. */
  @Transactional
  @Modifying
  @Query("update Agent a set a.lastSeenAt = :now where a.id = :id")
  void seen(UUID id, Instant now);
}
