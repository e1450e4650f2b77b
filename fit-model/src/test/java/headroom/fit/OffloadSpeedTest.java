package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.quant.GgufMix;
import headroom.speed.Backend;
import headroom.speed.Era;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OffloadSpeedTest {
  private static final SpeedSetting TODAY = new SpeedSetting(Backend.CUDA, Era.CURRENT);
  private static final Host HOST =
      new Host(Optional.of(Bytes.ofGiB(128)), Optional.of(Bandwidth.ofGigabytesPerSecond(90)));

  @Test
  void placesTogetherReadWhatOneDeviceReads() {
    FitQuestion question = sparse(2, HOST);
    ModelTraffic whole = ModelTraffic.of(question);
    List<PlaceTraffic> places = places(question, 20, 8192);
    assertThat(places).extracting(PlaceTraffic::card).containsExactly(0, 1, Layout.HOST);
    assertThat(places.stream().mapToDouble(place -> place.weights().bytes()).sum())
        .isCloseTo(whole.weights().bytes(), within(1.0));
    assertThat(places.stream().mapToDouble(place -> place.weights().wholeBytes()).sum())
        .isCloseTo(whole.weights().wholeBytes(), within(1.0));
    assertThat(places.stream().mapToDouble(PlaceTraffic::cacheBytes).sum())
        .isEqualTo((double) TokenTraffic.cacheBytes(whole, question, 8192));
    assertThat(places.stream().mapToDouble(place -> place.weights().layers()).sum()).isEqualTo(36);
    assertThat(places.getLast().weights().expertLayers()).isEqualTo(20);
  }

  @Test
  void expertsOnTheHostCallATokenAwayOncePerLayer() {
    List<PlaceTraffic> places = places(sparse(1, HOST), 20, 0);
    assertThat(places.getFirst().visits()).isEqualTo(21);
    assertThat(places.getLast().visits()).isEqualTo(20);
    assertThat(places(sparse(2, HOST), 0, 0))
        .extracting(PlaceTraffic::visits)
        .containsExactly(1, 1);
  }

  @Test
  void theHostIsNamedWhereItsMemoryHoldsDecodeBack() {
    Placed placed = placed(sparse(1, HOST), 36);
    SpeedEstimate decode = OffloadSpeed.decode(placed, 4096).orElseThrow();
    assertThat(decode.limiter()).isEqualTo("memory bandwidth of the host");
    assertThat(decode.formula())
        .contains("host: (")
        .contains("90.0 GB/s")
        .contains("changing place");
    SpeedEstimate few = OffloadSpeed.decode(placed(sparse(1, HOST), 4), 4096).orElseThrow();
    assertThat(few.median()).isGreaterThan(decode.median());
  }

  @Test
  void promptsCopyWeightsOfTheHostOverTheLink() {
    SpeedEstimate whole = OffloadSpeed.prefill(placed(sparse(1, HOST), 0), 512, 0).orElseThrow();
    SpeedEstimate copied = OffloadSpeed.prefill(placed(sparse(1, HOST), 36), 512, 0).orElseThrow();
    assertThat(copied.limiter()).isEqualTo("the link between host and card");
    assertThat(copied.median()).isLessThan(whole.median());
    assertThat(copied.formula()).contains("host weights over 0.5 × the link");
  }

  @Test
  void hostOfUnknownBandwidthGivesNoDecode() {
    assertThat(OffloadSpeed.decode(placed(sparse(1, Host.UNKNOWN), 4), 4096)).isEmpty();
    assertThat(OffloadSpeed.decode(placed(sparse(1, Host.UNKNOWN), 0), 4096)).isPresent();
  }

  private static List<PlaceTraffic> places(FitQuestion question, int onHost, int depth) {
    return OffloadSpeed.traffic(placed(question, onHost), depth, TODAY).orElseThrow();
  }

  private static Placed placed(FitQuestion question, int onHost) {
    Placement placement = new Placement(new GpuLayers.All(), onHost, Split.LAYER, List.of());
    return Placed.of(question.withPlacement(placement));
  }

  private static FitQuestion sparse(int cards, Host host) {
    Device plain = Shapes.rtx4090();
    Device device =
        new Device(
            plain.id(),
            plain.name(),
            plain.vendor(),
            plain.kind(),
            plain.memory(),
            plain.bandwidth(),
            plain.compute(),
            plain.unifiedMemory(),
            Optional.of(Bandwidth.ofGigabytesPerSecond(31.5)),
            plain.computeCapability());
    Card card = Card.of(device);
    return FitQuestion.of(Shapes.gptOss120b(), GgufMix.MXFP4_MOE, device, 8192)
        .withMachine(new Machine(Collections.nCopies(cards, card), host));
  }
}
