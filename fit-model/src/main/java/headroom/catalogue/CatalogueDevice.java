package headroom.catalogue;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What one device file says.
 *
 * @param id the file name
 * @param name as its maker writes it
 * @param vendor its maker; {@code generic} for memory of no particular maker
 * @param kind {@code discrete-gpu}, {@code datacenter-gpu}, {@code apple-soc}, {@code apu} or
 *     {@code cpu-memory}
 * @param formFactor {@code laptop} where it is one
 * @param segment {@code workstation} where it is one
 * @param releaseDate first sale or announcement, where known
 * @param releaseYear the year of it
 * @param notes what a reader should know
 * @param sources where the figures come from, at least one
 * @param memory size and bandwidth
 * @param chip the processor
 * @param compute peak arithmetic
 * @param board power and link
 * @param price at launch
 */
public record CatalogueDevice(
    String id,
    String name,
    String vendor,
    String kind,
    Optional<String> formFactor,
    Optional<String> segment,
    Optional<LocalDate> releaseDate,
    int releaseYear,
    Optional<String> notes,
    List<String> sources,
    Memory memory,
    Optional<Chip> chip,
    Optional<Compute> compute,
    Optional<Board> board,
    Optional<Price> price) {

  public CatalogueDevice {
    Range.text("name", name);
    Range.text("vendor", vendor);
    kindOf(kind);
    Range.between("release_year", 2005, 2035, releaseYear);
    int year = releaseYear;
    releaseDate.ifPresent(
        date -> {
          if (date.getYear() != year) {
            throw new IllegalArgumentException(
                "release_date is %s but release_year is %d; wanted the same year"
                    .formatted(date, year));
          }
        });
    sources = List.copyOf(sources);
    Range.sources(sources);
    Range.present("memory", memory);
  }

  /**
   * @param sizeGib nominal memory in GiB; empty where the buyer chooses it
   * @param type for example {@code GDDR6X}
   * @param busWidthBits width of the bus
   * @param bandwidthGbPerS peak, in 10^9 bytes per second
   * @param bandwidthConfidence how well the peak is attested
   * @param unified true where CPU and GPU share it
   * @param bandwidthChecksGbPerS what other sources say of the peak
   */
  public record Memory(
      OptionalDouble sizeGib,
      String type,
      OptionalInt busWidthBits,
      OptionalDouble bandwidthGbPerS,
      Optional<String> bandwidthConfidence,
      boolean unified,
      Optional<BandwidthChecks> bandwidthChecksGbPerS) {
    public Memory {
      Range.positive("size_gib", sizeGib);
      Range.text("type", type);
      Range.positive("bus_width_bits", busWidthBits);
      Range.positive("bandwidth_gb_per_s", bandwidthGbPerS);
    }
  }

  /**
   * Peak bandwidth by other ways, in 10^9 bytes per second.
   *
   * @param database a GPU database
   * @param wikipedia Wikipedia's tables
   * @param fromClock memory clock times bus width
   */
  public record BandwidthChecks(
      OptionalDouble database, OptionalDouble wikipedia, OptionalDouble fromClock) {}

  /**
   * @param name for example {@code AD102}
   * @param architecture for example {@code Ada Lovelace}
   * @param units streaming multiprocessors, compute units or GPU cores
   * @param boostMhz boost clock
   * @param computeCapability NVIDIA's
   * @param gfxArch AMD's or Intel's name of the instruction set
   * @param bf16 true where it computes in BF16
   */
  public record Chip(
      Optional<String> name,
      Optional<String> architecture,
      OptionalInt units,
      OptionalDouble boostMhz,
      OptionalDouble computeCapability,
      Optional<String> gfxArch,
      Optional<Boolean> bf16) {
    public Chip {
      Range.positive("units", units);
      Range.positive("boost_mhz", boostMhz);
      Range.positive("compute_capability", computeCapability);
    }
  }

  /**
   * Peak arithmetic, dense, in 10^12 operations per second; components as in {@link ComputeRates}.
   *
   * @param tensorSource how the matrix figures were derived
   * @param tensorConfidence how well they are attested
   * @param wikipediaTensorFp16Tflops Wikipedia's figures, as printed there
   */
  public record Compute(
      OptionalDouble fp32Tflops,
      OptionalDouble fp16VectorTflops,
      OptionalDouble fp16TensorFp16AccumulateTflops,
      OptionalDouble fp16TensorFp32AccumulateTflops,
      OptionalDouble fp8TensorFp32AccumulateTflops,
      OptionalDouble fp8TensorFp16AccumulateTflops,
      OptionalDouble fp4TensorTflops,
      OptionalDouble int8TensorTops,
      Optional<String> tensorSource,
      Optional<String> tensorConfidence,
      Optional<String> wikipediaTensorFp16Tflops) {
    public Compute {
      Range.positive("fp32_tflops", fp32Tflops);
      Range.positive("fp16_vector_tflops", fp16VectorTflops);
      Range.positive("fp16_tensor_fp16_accumulate_tflops", fp16TensorFp16AccumulateTflops);
      Range.positive("fp16_tensor_fp32_accumulate_tflops", fp16TensorFp32AccumulateTflops);
      Range.positive("fp8_tensor_fp32_accumulate_tflops", fp8TensorFp32AccumulateTflops);
      Range.positive("fp8_tensor_fp16_accumulate_tflops", fp8TensorFp16AccumulateTflops);
      Range.positive("fp4_tensor_tflops", fp4TensorTflops);
      Range.positive("int8_tensor_tops", int8TensorTops);
    }

    /** The same as the arithmetic takes it. */
    public ComputeRates rates() {
      return new ComputeRates(
          fp32Tflops,
          fp16VectorTflops,
          fp16TensorFp16AccumulateTflops,
          fp16TensorFp32AccumulateTflops,
          fp8TensorFp32AccumulateTflops,
          fp8TensorFp16AccumulateTflops,
          fp4TensorTflops,
          int8TensorTops);
    }
  }

  /**
   * @param tdpW board power in watts
   * @param pcieGeneration of the slot
   * @param pcieLanes of the slot
   * @param nvlinkGbPerS both directions together, in 10^9 bytes per second
   */
  public record Board(
      OptionalInt tdpW,
      OptionalDouble pcieGeneration,
      OptionalInt pcieLanes,
      OptionalDouble nvlinkGbPerS) {
    public Board {
      Range.positive("tdp_w", tdpW);
      Range.positive("pcie_generation", pcieGeneration);
      Range.positive("pcie_lanes", pcieLanes);
      Range.positive("nvlink_gb_per_s", nvlinkGbPerS);
    }

    /**
     * Bandwidth of the slot in one direction: transfers per second and lane of the generation times
     * lanes, less 128b/130b encoding (PCI Express 3.0 to 5.0: 8, 16, 32 GT/s) or 8b/10b (1.0 and
     * 2.0: 2.5 and 5 GT/s); https://en.wikipedia.org/wiki/PCI_Express#Comparison_table.
     */
    Optional<Bandwidth> link() {
      if (pcieGeneration.isEmpty() || pcieLanes.isEmpty()) {
        return Optional.empty();
      }
      int generation = (int) pcieGeneration.getAsDouble();
      double perLane =
          generation <= 2
              ? 2.5 * generation * 8 / 10 / 8
              : Math.scalb(8.0, generation - 3) * 128 / 130 / 8;
      return Optional.of(Bandwidth.ofGigabytesPerSecond(perLane * pcieLanes.getAsInt()));
    }

    /** Bandwidth of NVLink in one direction: data sheets count both. */
    Optional<Bandwidth> peerLink() {
      return nvlinkGbPerS.isPresent()
          ? Optional.of(Bandwidth.ofGigabytesPerSecond(nvlinkGbPerS.getAsDouble() / 2))
          : Optional.empty();
    }
  }

  /**
   * @param launchUsd recommended price at launch, in US dollars
   * @param approximate true where it is rounded
   * @param confidence how well it is attested
   */
  public record Price(double launchUsd, boolean approximate, Optional<String> confidence) {
    public Price {
      Range.positive("launch_usd", OptionalDouble.of(launchUsd));
    }
  }

  /** What sort of device it is. */
  public DeviceKind deviceKind() {
    return kindOf(kind);
  }

  /** The facts that the arithmetic needs. */
  public Device device() {
    return new Device(
        id,
        name,
        vendor,
        deviceKind(),
        memory.sizeGib().isPresent()
            ? Optional.of(Bytes.ofGiB(memory.sizeGib().getAsDouble()))
            : Optional.empty(),
        memory.bandwidthGbPerS().isPresent()
            ? Optional.of(Bandwidth.ofGigabytesPerSecond(memory.bandwidthGbPerS().getAsDouble()))
            : Optional.empty(),
        compute.map(Compute::rates).orElse(ComputeRates.UNKNOWN),
        memory.unified(),
        board.flatMap(Board::link),
        chip.map(Chip::computeCapability).orElse(OptionalDouble.empty()),
        board.flatMap(Board::peerLink),
        chip.map(Chip::units).orElse(OptionalInt.empty()));
  }

  private static DeviceKind kindOf(String kind) {
    for (DeviceKind known : DeviceKind.values()) {
      if (known.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(kind)) {
        return known;
      }
    }
    throw new IllegalArgumentException(
        "kind is '%s'; wanted discrete-gpu, datacenter-gpu, apple-soc, apu or cpu-memory"
            .formatted(kind));
  }
}
