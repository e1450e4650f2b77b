package headroom.speed;

/**
 * One prompt on equal devices that hold layers in turn.
 *
 * @param traits of the device and program
 * @param weights that one token is multiplied with
 * @param tokens of the prompt
 * @param microBatch tokens computed at once
 * @param attentionOperations products with keys and values
 * @param flashAttention whether it is on
 * @param floatPeak of one device, operations per second; 0 for CPUs
 * @param bandwidth of one device, bytes per second
 * @param cards devices
 */
public record PrefillWork(
    DeviceTraits traits,
    WeightTraffic weights,
    int tokens,
    int microBatch,
    double attentionOperations,
    boolean flashAttention,
    double floatPeak,
    double bandwidth,
    int cards) {

  /** Times on one device, as if the others were not there. */
  public PrefillRates.Parts parts(PrefillRates rates) {
    return rates.prompt(
        weights, tokens, microBatch, attentionOperations, flashAttention, peak(rates), bandwidth);
  }

  /** Peak that the shares hold of; of a CPU only the memory is known: arithmetic grows with it. */
  public double peak(PrefillRates rates) {
    boolean cpu = traits.backend() == Backend.CPU || traits.backend() == Backend.EMBEDDED;
    return cpu ? bandwidth * rates.cpuOperationsPerByte() / rates.quantisedShare() : floatPeak;
  }

  /** Time of the whole prompt. */
  public double seconds(PrefillRates rates) {
    return seconds(rates, parts(rates));
  }

  /** Time of the whole prompt where the parts are known. */
  public double seconds(PrefillRates rates, PrefillRates.Parts parts) {
    if (cards == 1) {
      return parts.seconds();
    }
    int batches = Math.ceilDiv(tokens, Math.min(tokens, microBatch));
    return rates.pipeline(parts.seconds(), parts.seconds() / cards, batches)
        + (cards - 1) * batches * rates.cardSeconds();
  }
}
