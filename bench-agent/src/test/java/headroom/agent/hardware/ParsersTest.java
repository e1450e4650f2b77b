package headroom.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.measure.EnvironmentFacts.Gpu;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ParsersTest {
  @Test
  void nvidiaSmiGivesNameMemoryAndDriver() {
    List<Gpu> gpus =
        NvidiaSmi.parse("NVIDIA GeForce RTX 4090, 24564, 570.86.15\nTesla T4, 15360, 570.86.15\n");
    assertThat(gpus)
        .containsExactly(
            new Gpu(
                "NVIDIA GeForce RTX 4090",
                Optional.of("NVIDIA"),
                OptionalLong.of(24_564L << 20),
                Optional.of("570.86.15"),
                "nvidia-smi"),
            new Gpu(
                "Tesla T4",
                Optional.of("NVIDIA"),
                OptionalLong.of(15_360L << 20),
                Optional.of("570.86.15"),
                "nvidia-smi"));
  }

  @Test
  void nvidiaSmiUnknownMemoryIsAbsent() {
    // Devices that share the machine's memory answer so.
    Gpu gpu = NvidiaSmi.parse("NVIDIA GB10, [N/A], 580.95.05").getFirst();
    assertThat(gpu.memoryBytes()).isEmpty();
    assertThat(gpu.driver()).contains("580.95.05");
  }

  @Test
  void nvidiaSmiComplaintIsNoDevice() {
    assertThat(
            NvidiaSmi.parse(
                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n"))
        .isEmpty();
    assertThat(NvidiaSmi.parse("No devices were found\n")).isEmpty();
    assertThat(NvidiaSmi.parse("")).isEmpty();
  }

  @Test
  void amdgpuCardTellsItsMemory() {
    DrmCard card =
        DrmCard.parse(
                Map.of(
                    "vendor", "0x1002\n",
                    "device", "0x744c\n",
                    "mem_info_vram_total", "25753026560\n",
                    "uevent", "DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_ID=1002:744C\n"))
            .orElseThrow();
    assertThat(card.memoryBytes()).hasValue(25_753_026_560L);
    assertThat(card.driver()).contains("amdgpu");
    assertThat(card.toGpu(Optional.empty()).name()).isEqualTo("AMD graphics device 0x744c");
    assertThat(card.toGpu(Optional.of("Navi 31")).name()).isEqualTo("Navi 31");
  }

  @Test
  void intelCardWithoutMemoryFileHasNoMemory() {
    DrmCard card = DrmCard.parse(Map.of("vendor", "0x8086\n", "device", "0xe20b\n")).orElseThrow();
    assertThat(card.vendor()).isEqualTo("Intel");
    assertThat(card.memoryBytes()).isEmpty();
    assertThat(card.driver()).isEmpty();
  }

  @Test
  void virtualDisplayIsNoGraphicsDevice() {
    assertThat(DrmCard.parse(Map.of("vendor", "0x1af4\n", "device", "0x1050\n"))).isEmpty();
    assertThat(DrmCard.parse(Map.of())).isEmpty();
  }

  @Test
  void oneDeviceIsListedOnceAndTheDriversMemoryWins() {
    Gpu smi = NvidiaSmi.parse("NVIDIA GeForce RTX 4090, 24564, 570.86.15").getFirst();
    DrmCard same = DrmCard.parse(Map.of("vendor", "0x10de\n", "device", "0x2684\n")).orElseThrow();
    DrmCard second =
        DrmCard.parse(Map.of("vendor", "0x1002", "mem_info_vram_total", "536870912")).orElseThrow();
    assertThat(HardwareProbe.gpus(List.of(smi), List.of(same, second), List.of()))
        .extracting(Gpu::source)
        .containsExactly("nvidia-smi", "sysfs");
  }

  @Test
  void x86FlagsAreReadFromTheFirstProcessor() {
    String cpuinfo =
        """
        processor\t: 0
        vendor_id\t: AuthenticAMD
        model name\t: AMD Ryzen 9 7950X 16-Core Processor
        flags\t\t: fpu vme sse4_2 ssse3 avx avx2 fma f16c avx512f avx512bw avx512vl avx512_vnni avx512_bf16 rdpid

        processor\t: 1
        flags\t\t: fpu
        """;
    assertThat(CpuFeatures.nameInCpuinfo(cpuinfo)).contains("AMD Ryzen 9 7950X 16-Core Processor");
    assertThat(CpuFeatures.ofCpuinfo(cpuinfo))
        .containsExactly(
            "avx",
            "avx2",
            "avx512_bf16",
            "avx512_vnni",
            "avx512bw",
            "avx512f",
            "avx512vl",
            "f16c",
            "fma",
            "sse4_2",
            "ssse3");
  }

  @Test
  void armFeaturesAreRead() {
    String cpuinfo =
        """
        processor\t: 0
        BogoMIPS\t: 243.75
        Features\t: fp asimd evtstrm aes asimdhp cpuid asimddp sve i8mm bf16
        CPU implementer\t: 0x41
        """;
    assertThat(CpuFeatures.nameInCpuinfo(cpuinfo)).isEmpty();
    assertThat(CpuFeatures.ofCpuinfo(cpuinfo))
        .containsExactly("asimd", "asimddp", "asimdhp", "bf16", "i8mm", "sve");
  }

  @Test
  void cpuinfoOfNothingHasNoFeatures() {
    assertThat(CpuFeatures.ofCpuinfo("")).isEmpty();
  }

  @Test
  void containerLimitsAreReadAndMaxIsNone() {
    assertThat(ContainerLimits.parse("150000 100000\n", "8589934592\n"))
        .isEqualTo(new ContainerLimits(OptionalDouble.of(1.5), OptionalLong.of(8L << 30)));
    assertThat(ContainerLimits.parse("max 100000\n", "max\n")).isEqualTo(ContainerLimits.NONE);
    assertThat(ContainerLimits.parse("", "")).isEqualTo(ContainerLimits.NONE);
  }

  @Test
  void tighterContainerLimitWins() {
    ContainerLimits outer = ContainerLimits.parse("400000 100000", "max");
    ContainerLimits inner = ContainerLimits.parse("max", "1073741824");
    assertThat(inner.and(outer))
        .isEqualTo(new ContainerLimits(OptionalDouble.of(4), OptionalLong.of(1L << 30)));
  }

  @Test
  void powerComesFromMainsWhereItIsOnline() {
    Map<String, String> mains = Map.of("type", "Mains\n", "online", "1\n");
    Map<String, String> unplugged = Map.of("type", "Mains\n", "online", "0\n");
    Map<String, String> discharging = Map.of("type", "Battery\n", "status", "Discharging\n");
    Map<String, String> mouse =
        Map.of("type", "Battery\n", "scope", "Device\n", "status", "Discharging\n");
    assertThat(PowerSource.parse(List.of(discharging, mains))).contains("mains");
    assertThat(PowerSource.parse(List.of(unplugged, discharging))).contains("battery");
    assertThat(PowerSource.parse(List.of(mouse))).isEmpty();
    assertThat(PowerSource.parse(List.of())).isEmpty();
  }

  @Test
  void sentinelsOfOshiAreAbsent() {
    assertThat(OshiFacts.celsius(0)).isEmpty();
    assertThat(OshiFacts.celsius(Double.NaN)).isEmpty();
    assertThat(OshiFacts.celsius(47.5)).hasValue(47.5);
    assertThat(OshiFacts.known("unknown")).isEmpty();
    assertThat(OshiFacts.known("  ")).isEmpty();
    assertThat(OshiFacts.known("DDR5")).contains("DDR5");
  }
}
