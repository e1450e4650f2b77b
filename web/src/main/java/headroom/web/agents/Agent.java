package headroom.web.agents;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** A program that may send runs, known by its key. */
@Entity
@Table(name = "agents")
public class Agent implements Persistable<UUID> {
  @Id private UUID id;
  private String name;

  @Column(name = "key_hash")
  private byte[] keyHash;

  @Column(name = "key_prefix")
  private String keyPrefix;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "last_seen_at")
  private @Nullable Instant lastSeenAt;

  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  @Transient private boolean unsaved;

  /** For Hibernate. */
  @SuppressWarnings("NullAway.Init")
  protected Agent() {}

  Agent(AgentName name, AgentKey key, Instant now) {
    this.unsaved = true;
    this.id = UUID.randomUUID();
    this.name = name.text();
    this.keyHash = key.hash();
    this.keyPrefix = key.prefix();
    this.createdAt = now;
  }

  /** From now on the key opens nothing; runs sent with it stay. */
  void revoke(Instant now) {
    if (revokedAt == null) {
      revokedAt = now;
    }
  }

  public UUID id() {
    return id;
  }

  /** As its owner called it; not unique, not checked. */
  public String name() {
    return name;
  }

  public boolean isRevoked() {
    return revokedAt != null;
  }

  @Override
  public UUID getId() {
    return id;
  }

  @Override
  public boolean isNew() {
    return unsaved;
  }

  @PostPersist
  @PostLoad
  void saved() {
    unsaved = false;
  }
}
