package headroom.fit;

import java.util.List;
import java.util.Optional;

/**
 * The answer, ready to be shown or checked.
 *
 * @param question what was asked
 * @param memory where every byte goes
 * @param verdict whether it fits
 * @param decode speed of generation at the full context, empty where a fact is missing
 * @param prefill speed of reading the prompt, empty where a fact is missing
 * @param notes in whole sentences: assumptions, missing facts, what would change the answer
 */
public record FitReport(
    FitQuestion question,
    MemoryPlan memory,
    Verdict verdict,
    Optional<SpeedEstimate> decode,
    Optional<SpeedEstimate> prefill,
    List<String> notes) {
  public FitReport {
    notes = List.copyOf(notes);
  }
}
