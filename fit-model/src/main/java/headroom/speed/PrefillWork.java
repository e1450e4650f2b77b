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
 * @param floatPeak of one device, operations per second
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

  /** Peak that the quantised share holds of; CPUs and our own engine have shares of their own. */
  public double peak(PrefillRates rates) {
    return switch (traits.backend()) {
      case CPU -> floatPeak * rates.cpuShare() / rates.quantisedShare();
      case EMBEDDED -> bandwidth * rates.ownOperationsPerByte() / rates.quantisedShare();
      default -> floatPeak;
    };
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
