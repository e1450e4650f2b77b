package headroom.device;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a model runs: one or more cards in a host.
 *
 * @param cards in the order in which layers are laid on them; at least one
 * @param host the computer around them
 */
public record Machine(List<Card> cards, Host host) {
  public Machine {
    cards = List.copyOf(cards);
    if (cards.isEmpty()) {
      throw new IllegalArgumentException("a machine has no device; wanted at least one");
    }
  }

  /** One device in a host of which nothing is known. */
  public static Machine of(Device device) {
    return new Machine(List.of(Card.of(device)), Host.UNKNOWN);
  }

  /** The device id of a card; the second of a kind is {@code id#2}, the third {@code id#3}. */
  public String idOf(int card) {
    String id = cards.get(card).device().id();
    int number = 1;
    for (int before = 0; before < card; before++) {
      number += cards.get(before).device().id().equals(id) ? 1 : 0;
    }
    return number == 1 ? id : id + "#" + number;
  }

  /** For people: {@code 2 × NVIDIA GeForce RTX 3090 + NVIDIA GeForce RTX 4090}. */
  public String name() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Card card : cards) {
      counts.merge(card.device().name(), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(one -> one.getValue() == 1 ? one.getKey() : one.getValue() + " × " + one.getKey())
        .collect(Collectors.joining(" + "));
  }

  /** The card that has the first layers. */
  public Card first() {
    return cards.getFirst();
  }
}
