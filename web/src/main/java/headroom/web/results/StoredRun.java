package headroom.web.results;

import headroom.measure.BenchmarkRun;
import headroom.measure.RunSummary;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** A run as kept: the document byte for byte, and columns computed from it. */
@Entity
@Table(name = "runs")
@SuppressWarnings("UnusedVariable") // columns for asking: queries read them, no method does
class StoredRun implements Persistable<UUID> {
  @Id private UUID id;

  @Column(name = "agent_id")
  private UUID agentId;

  @Column(name = "received_at")
  private Instant receivedAt;

  private byte[] document;

  @Column(name = "document_sha256")
  private byte[] documentSha256;

  @Column(name = "created_at")
  private Instant createdAt;

  private String engine;

  @Column(name = "engine_build")
  private String engineBuild;

  private String runtime;
  private String kernels;
  private int threads;

  @Column(name = "cpu_name")
  private String cpuName;

  private String os;

  @Column(name = "model_name")
  private String modelName;

  private String architecture;
  private @Nullable String shape;
  private String format;
  private long parameters;

  @Column(name = "file_bytes")
  private long fileBytes;

  @Column(name = "header_sha256")
  private String headerSha256;

  private boolean synthetic;

  @Column(name = "key_format")
  private String keyFormat;

  @Column(name = "value_format")
  private String valueFormat;

  @Column(name = "device_id")
  private @Nullable String deviceId;

  @Enumerated(EnumType.STRING)
  private RunState state;

  private @Nullable String reason;

  @ElementCollection
  @CollectionTable(name = "cells", joinColumns = @JoinColumn(name = "run_id"))
  @OrderColumn(name = "position")
  private List<StoredCell> cells = new ArrayList<>();

  @Transient private boolean unsaved;

  /** For Hibernate. */
  @SuppressWarnings("NullAway.Init")
  protected StoredRun() {}

  /**
   * A run that was just received.
   *
   * @param document the bytes that {@code run} was read from
   * @param summaries of the cells of {@code run}, in their order
   */
  StoredRun(
      UUID agentId,
      Instant receivedAt,
      byte[] document,
      BenchmarkRun run,
      List<RunSummary> summaries) {
    this.unsaved = true;
    this.id = UUID.fromString(run.id());
    this.agentId = agentId;
    this.receivedAt = receivedAt;
    this.document = document.clone();
    this.documentSha256 = Sha256.of(document);
    this.createdAt = Instant.parse(run.created());
    this.engine = run.agent().engine();
    this.engineBuild = run.agent().engineBuild();
    this.runtime = run.settings().runtime();
    this.kernels = run.settings().kernels();
    this.threads = run.settings().threads();
    this.cpuName = run.environment().cpu().name();
    this.os = run.environment().os();
    this.modelName = run.model().name();
    this.architecture = run.model().architecture();
    this.shape = run.model().shape().orElse(null);
    this.format = run.model().format();
    this.parameters = run.model().parameters();
    this.fileBytes = run.model().fileBytes();
    this.headerSha256 = run.model().headerSha256();
    this.synthetic = run.model().synthetic();
    this.keyFormat = run.settings().keyFormat();
    this.valueFormat = run.settings().valueFormat();
    this.state = RunState.ACCEPTED;
    for (int c = 0; c < summaries.size(); c++) {
      cells.add(new StoredCell(run.cells().get(c).test(), summaries.get(c)));
    }
  }

  /** Takes the run out of every ranking, for a reason that its page shows. */
  void quarantine(String why) {
    state = RunState.QUARANTINED;
    reason = why;
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

  UUID agentId() {
    return agentId;
  }

  Instant receivedAt() {
    return receivedAt;
  }

  byte[] document() {
    return document.clone();
  }

  byte[] documentSha256() {
    return documentSha256.clone();
  }

  /** True where these bytes are the document of this run. */
  boolean isDocument(byte[] bytes) {
    return Arrays.equals(documentSha256, Sha256.of(bytes));
  }

  RunState state() {
    return state;
  }

  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }
}
