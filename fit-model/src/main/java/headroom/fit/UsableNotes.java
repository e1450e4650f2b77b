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
  private UsableNotes() {}

  private record Part(String name, UsableMemory memory) {}

  static void add(List<Supplier<String>> notes, FitQuestion question) {
    List<Card> cards = question.machine().cards();
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
      notes.add(
          () -> "The driver's own context is not counted: nobody has published its size here.");
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
