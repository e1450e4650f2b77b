package headroom.device;

import java.util.List;

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

  /** The card that has the first layers. */
  public Card first() {
    return cards.getFirst();
  }
}
