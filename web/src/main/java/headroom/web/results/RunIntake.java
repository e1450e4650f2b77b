package headroom.web.results;

import headroom.catalogue.Catalogue;
import headroom.measure.BenchmarkRun;
import headroom.measure.RunSummary;
import headroom.web.agents.Agent;
import headroom.web.agents.Agents;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes uploads in: reads, summarises, doubts and keeps them. */
@Component
class RunIntake {
  private final Runs runs;
  private final Agents agents;
  private final Catalogue catalogue;
  private final TransactionTemplate transaction;
  private final InstantSource clock = InstantSource.system();

  RunIntake(Runs runs, Agents agents, Catalogue catalogue, TransactionTemplate transaction) {
    this.runs = runs;
    this.agents = agents;
    this.catalogue = catalogue;
    this.transaction = transaction;
  }

  /**
   * Keeps a document. Where this returns {@link Receipt.Stored} the transaction is committed; the
   * same bytes sent again, also at the same moment, are one run.
   */
  Receipt receive(Agent agent, byte[] document) {
    return switch (RunDocument.read(document, clock)) {
      case RunDocument.Malformed malformed -> new Receipt.Malformed(malformed.message());
      case RunDocument.Faulty faulty -> new Receipt.Faulty(faulty.faults());
      case RunDocument.Sound sound -> keep(agent, document, sound.run());
    };
  }

  private Receipt keep(Agent agent, byte[] document, BenchmarkRun run) {
    UUID id = UUID.fromString(run.id());
    Optional<Receipt> known = known(id, document);
    if (known.isPresent()) {
      return known.get();
    }
    List<RunSummary> summaries =
        run.cells().stream().map(cell -> RunSummary.of(run, cell)).toList();
    Instant now = clock.instant();
    StoredRun stored = new StoredRun(agent.id(), now, document, run, summaries);
    new Plausibility(catalogue).doubt(run, summaries).ifPresent(stored::quarantine);
    try {
      transaction.executeWithoutResult(
          status -> {
            runs.saveAndFlush(stored);
            agents.seen(agent.id(), now);
          });
      return new Receipt.Stored(id);
    } catch (DataIntegrityViolationException raced) {
      return known(id, document).orElseThrow(() -> raced);
    }
  }

  private Optional<Receipt> known(UUID id, byte[] document) {
    return runs.findById(id)
        .map(
            run ->
                run.isDocument(document) ? new Receipt.AlreadyThere(id) : new Receipt.Conflict(id));
  }
}
