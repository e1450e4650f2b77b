package headroom.fit;

import headroom.device.Card;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Why the cards cannot give all of their memory: each reason once, with all cards it holds for. */
final class UsableNotes {
  private static final Supplier<String> UNMEASURED =
      () -> "The driver's own context is not counted: nobody has published its size here.";

  private UsableNotes() {}

  private record Part(String name, UsableMemory memory) {}

  static void add(List<Supplier<String>> notes, FitQuestion question) {
    List<Card> cards = question.machine().cards();
    if (cards.size() == 1) {
      UsableMemory.of(question, 0)
          .ifPresent(own -> notes.add(() -> own.reason().sentence(own.amount())));
      if (DriverMemory.isUnmeasured(cards.getFirst().device())) {
        notes.add(UNMEASURED);
      }
      return;
    }
    Map<UsableMemory.Reason, List<Part>> parts = LinkedHashMap.newLinkedHashMap(2);
    boolean unmeasured = false;
    for (int c = 0; c < cards.size(); c++) {
      Card card = cards.get(c);
      boolean again = c > 0 && cards.subList(0, c).contains(card);
      Optional<UsableMemory> usable = again ? Optional.empty() : UsableMemory.of(question, c);
      unmeasured |= DriverMemory.isUnmeasured(card.device());
      if (usable.isPresent()) {
        parts
            .computeIfAbsent(usable.get().reason(), reason -> new ArrayList<>(2))
            .add(new Part(card.device().name(), usable.get()));
      }
    }
    parts.forEach((reason, own) -> notes.add(() -> reason.sentence(amounts(own))));
    if (unmeasured) {
      notes.add(UNMEASURED);
    }
  }

  private static String amounts(List<Part> parts) {
    return parts.size() == 1
        ? parts.getFirst().memory().amount()
        : parts.stream()
            .map(part -> "%s of %s".formatted(part.memory().amount(), part.name()))
            .collect(Collectors.joining(", "));
  }
}
