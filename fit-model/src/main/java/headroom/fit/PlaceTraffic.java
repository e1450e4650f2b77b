package headroom.fit;

import headroom.device.Device;
import headroom.speed.Backend;
import headroom.speed.WeightTraffic;

/**
 * What one place of a machine does for one step of decode.
 *
 * @param card its index, or {@link Layout#HOST}
 * @param device that holds the weights and computes with them
 * @param backend through which it computes
 * @param weights that one token is multiplied with there
 * @param cacheBytes keys and values of all sequences read there
 * @param stateBytes recurrent states of all sequences read and written there
 * @param visits how often a token comes to this place
 * @param sequences that each get a token in the step
 */
public record PlaceTraffic(
    int card,
    Device device,
    Backend backend,
    WeightTraffic weights,
    double cacheBytes,
    double stateBytes,
    int visits,
    int sequences) {

  /** The place in a step of one sequence. */
  public PlaceTraffic(
      int card,
      Device device,
      Backend backend,
      WeightTraffic weights,
      double cacheBytes,
      double stateBytes,
      int visits) {
    this(card, device, backend, weights, cacheBytes, stateBytes, visits, 1);
  }

  /** The same in a step of so many sequences at this depth. */
  PlaceTraffic together(int count) {
    return new PlaceTraffic(
        card, device, backend, weights, cacheBytes * count, stateBytes * count, visits, count);
  }

  /** What is read of the weights: dense ones once, experts that any of the sequences chose. */
  WeightTraffic read() {
    return sequences == 1 ? weights : weights.withExperts(weights.chosenBy(sequences));
  }

  boolean isHost() {
    return card == Layout.HOST;
  }
}
