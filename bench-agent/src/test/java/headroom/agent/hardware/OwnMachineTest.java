package headroom.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.measure.EnvironmentFacts;
import headroom.measure.EnvironmentFacts.Cpu;
import headroom.measure.EnvironmentFacts.Gpu;
import headroom.units.Bandwidth;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OwnMachineTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final String RYZEN = "AMD Ryzen 7 7840HS w/ Radeon 780M Graphics";

  @Test
  void memoryOfAKnownProcessorIsAssumedAndSaid() {
    Machine machine = machine(RYZEN, List.of());
    Device device = OwnMachine.of(machine, CATALOGUE, Optional.empty()).first().device();
    assertThat(device.bandwidth()).contains(Bandwidth.ofGigabytesPerSecond(89.6));
    // 8 cores at √(3.8 × 5.1) GHz, 32 operations each.
    assertThat(device.compute().fp32().orElseThrow()).isCloseTo(1.127, within(0.001));
    assertThat(OwnMachine.assumption(machine, CATALOGUE).orElseThrow())
        .contains(RYZEN)
        .contains("89.6 GB/s: DDR5-5600, two channels, the fastest that its maker supports")
        .contains("--ram-bandwidth");
  }

  @Test
  void memoryOfAnUnknownProcessorIsTheUsualOne() {
    Machine machine = machine("Loongson-3A6000", List.of());
    Device device = OwnMachine.of(machine, CATALOGUE, Optional.empty()).first().device();
    assertThat(device.bandwidth()).contains(Bandwidth.ofGigabytesPerSecond(76.8));
    assertThat(OwnMachine.assumption(machine, CATALOGUE).orElseThrow())
        .contains("76.8 GB/s")
        .contains("not in the catalogue");
  }

  @Test
  void statedBandwidthIsTaken() {
    Bandwidth stated = Bandwidth.ofGigabytesPerSecond(60);
    Device device =
        OwnMachine.of(machine(RYZEN, List.of()), CATALOGUE, Optional.of(stated)).first().device();
    assertThat(device.bandwidth()).contains(stated);
  }

  @Test
  void nothingIsAssumedWhereACardComputes() {
    Gpu card =
        new Gpu(
            "NVIDIA GeForce RTX 4090",
            Optional.of("NVIDIA"),
            OptionalLong.of(24L << 30),
            Optional.empty(),
            "nvidia-smi");
    assertThat(OwnMachine.assumption(machine(RYZEN, List.of(card)), CATALOGUE)).isEmpty();
  }

  private static Machine machine(String processor, List<Gpu> gpus) {
    return new Machine(
        new EnvironmentFacts(
            "Linux",
            new Cpu(processor, OptionalInt.of(8), 16, List.of()),
            OptionalLong.of(64L << 30),
            List.of(),
            gpus,
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            List.of()),
        ContainerLimits.NONE);
  }
}
