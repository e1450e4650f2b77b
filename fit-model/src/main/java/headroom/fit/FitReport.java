package headroom.fit;

import headroom.units.TokenRate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The answer, ready to be shown or checked.
 *
 * @param question what was asked
 * @param computed the nearest question that the engine can run, which the rest answers
 * @param memory where every byte goes
 * @param verdict whether it fits
 * @param decode speed of one sequence at its full context, empty where a fact is missing or the
 *     layout does not fit
 * @param prefill speed of reading a prompt of {@link Fit#PROMPT_TOKENS} tokens, empty as above
 * @param placement which part lies where, {@code auto} replaced by what was found
 * @param cards what each card holds
 * @param onCardsOnly decode if everything were on the cards, where something is on the host
 * @param noteTexts write the notes; called only when someone reads them
 */
public record FitReport(
    FitQuestion question,
    FitQuestion computed,
    MemoryPlan memory,
    Verdict verdict,
    Optional<SpeedEstimate> decode,
    Optional<SpeedEstimate> prefill,
    Placement placement,
    List<CardLoad> cards,
    Optional<TokenRate> onCardsOnly,
    List<Supplier<String>> noteTexts) {
  public FitReport {
    cards = List.copyOf(cards);
    noteTexts = List.copyOf(noteTexts);
  }

  /** In whole sentences: assumptions, missing facts, what would change the answer. */
  public List<String> notes() {
    return noteTexts.stream().map(Supplier::get).toList();
  }

  /** One line that starts the engine so; empty for engines that are not started by a line. */
  public Optional<String> command() {
    return EngineCommand.of(computed, placement);
  }

  /** True where the host is said to have less memory than it would hold. */
  public boolean isShortOnHost() {
    return !computed.device().unifiedMemory()
        && computed
            .machine()
            .host()
            .memory()
            .map(memory -> memory.compareTo(this.memory.hostTotal()) < 0)
            .orElse(false);
  }
}
