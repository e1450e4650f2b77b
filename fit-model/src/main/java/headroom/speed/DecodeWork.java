package headroom.speed;

/**
 * One step of decode on equal devices that hold layers in turn.
 *
 * @param traits of the device and program
 * @param weights read in the step by all devices together
 * @param cacheBytes keys and values read
 * @param stateBytes recurrent states read and written
 * @param flashAttention whether it is on
 * @param bandwidth of one device, bytes per second
 * @param unpackingRate of one device, operations per second; 0 where unknown
 * @param cards devices
 */
public record DecodeWork(
    DeviceTraits traits,
    WeightTraffic weights,
    double cacheBytes,
    double stateBytes,
    boolean flashAttention,
    double bandwidth,
    double unpackingRate,
    int cards) {
  /** Time of one token. */
  public double seconds(DecodeRates rates) {
    return rates
            .step(weights, cacheBytes, stateBytes, flashAttention, bandwidth, unpackingRate)
            .seconds()
        + rates.tokenSeconds()
        + (cards - 1) * rates.cardSeconds();
  }
}
