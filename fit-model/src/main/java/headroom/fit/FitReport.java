package headroom.fit;

import java.util.List;
import java.util.Optional;

/**
 * The answer, ready to be shown or checked.
 *
 * @param question what was asked
 * @param memory where every byte goes
 * @param verdict whether it fits
 * @param decode speed of one sequence at its full context, empty where a fact is missing or not all
 *     layers are on the device
 * @param prefill speed of reading a prompt of {@link Fit#PROMPT_TOKENS} tokens, empty as above
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
