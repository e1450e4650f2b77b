package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bandwidth;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The way between cards that compute parts of the same matrices.
 *
 * @param bandwidth peak in one direction, of the slowest card
 * @param direct true for NVLink, false for the slots
 * @param latencySeconds of one all-reduce of a few kilobytes
 */
record CardLink(Bandwidth bandwidth, boolean direct, double latencySeconds) {
  /**
   * One all-reduce by NCCL: 24 to 29 µs for 16 KiB to 1 MiB
   * (https://github.com/vllm-project/vllm/pull/37756), three times the 9 µs of a kernel written by
   * hand (https://github.com/ikawrakow/ik_llama.cpp/pull/1022).
   */
  private static final double LIBRARY_SECONDS = 27e-6;

  /**
   * vLLM's own kernel over NVLink: 8.5 to 9.3 µs for 4 KiB on 2 to 8 cards
   * (https://github.com/sgl-project/sglang/pull/2904).
   */
  private static final double OWN_KERNEL_SECONDS = 9e-6;

  /**
   * Share of a slot's peak: two RTX 5090 read 512 tokens of Llama 70B at 1831 tok/s with
   * all-reduces of 16.8 MB in between (https://github.com/ggml-org/llama.cpp/pull/22299).
   */
  private static final double SLOT_SHARE = 0.5;

  /**
   * Share of NVLink's peak: 366 of 475 GB/s (https://www.codcompass.com/blog/crawl-5952ca70856fc2).
   */
  private static final double DIRECT_SHARE = 0.77;

  static final String SOURCE =
      "tensor parallelism: two all-reduces per layer (arXiv 1909.08053, section 3); their latency:"
          + " https://github.com/vllm-project/vllm/pull/37756 and"
          + " https://github.com/sgl-project/sglang/pull/2904";

  /**
   * Between these cards. NVLink counts where it is built in (server cards): the bridge that joins
   * two workstation cards has to be bought and plugged.
   *
   * @return empty where a card's slot is not known
   */
  static Optional<CardLink> between(List<Card> cards, Engine engine) {
    boolean direct = true;
    for (Card card : cards) {
      Device device = card.device();
      direct &=
          device.kind() == DeviceKind.DATACENTER_GPU
              && device.peerLink().isPresent()
              && device.equals(cards.getFirst().device());
    }
    Optional<Bandwidth> slowest = Optional.empty();
    for (Card card : cards) {
      Optional<Bandwidth> own = direct ? card.device().peerLink() : card.device().link();
      if (own.isEmpty()) {
        return Optional.empty();
      }
      if (slowest.isEmpty() || own.get().compareTo(slowest.get()) < 0) {
        slowest = own;
      }
    }
    boolean ownKernel = direct && engine instanceof Engine.Vllm;
    boolean built = direct;
    return slowest.map(
        bandwidth ->
            new CardLink(bandwidth, built, ownKernel ? OWN_KERNEL_SECONDS : LIBRARY_SECONDS));
  }

  /** Seconds that moving so many bytes in one direction takes. */
  double secondsFor(double bytes) {
    return bytes / (bandwidth.bytesPerSecond() * share());
  }

  double share() {
    return direct ? DIRECT_SHARE : SLOT_SHARE;
  }

  /**
   * Seconds of adding up a tensor that every one of the cards has: each sends and gets {@code 2 (n
   * - 1) / n} of its bytes (Patarasuk and Yuan 2009, doi 10.1016/j.jpdc.2008.09.002).
   */
  double allReduceSeconds(double bytes, int cards) {
    return latencySeconds + secondsFor(2.0 * (cards - 1) / cards * bytes);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f of %s of %s", share(), bandwidth, direct ? "NVLink" : "the slot");
  }
}
