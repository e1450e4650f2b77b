package headroom.web.devices;

import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueDevice.Board;
import headroom.catalogue.CatalogueDevice.Chip;
import headroom.catalogue.CatalogueDevice.Compute;
import headroom.web.support.Fact;
import headroom.web.support.Figures;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/** The facts of a device in groups, each with its unit; what nobody has told us says so. */
final class DeviceFacts {
  private DeviceFacts() {}

  /**
   * Facts that belong together.
   *
   * @param title of the group
   * @param facts in order
   * @param confidence how well they are attested, in the words of the catalogue
   */
  record Group(String title, List<Fact> facts, Optional<String> confidence) {}

  static List<Group> of(CatalogueDevice device) {
    return List.of(memory(device), arithmetic(device), board(device), market(device));
  }

  private static Group memory(CatalogueDevice device) {
    CatalogueDevice.Memory memory = device.memory();
    return new Group(
        "Memory",
        List.of(
            memory.sizeGib().isEmpty()
                ? new Fact("Size", "chosen by whoever builds the machine", false)
                : Fact.of("Size", Figures.with(memory.sizeGib(), "GiB")),
            Fact.of("Peak bandwidth", Figures.with(memory.bandwidthGbPerS(), "GB/s")),
            Fact.of("Type", memory.type()),
            Fact.of("Bus width", Figures.with(memory.busWidthBits(), "bits")),
            Fact.of("Shared by CPU and GPU", memory.unified() ? "yes" : "no")),
        memory.bandwidthConfidence().map(c -> "Bandwidth: " + c));
  }

  private static Group arithmetic(CatalogueDevice device) {
    Function<Function<Compute, OptionalDouble>, Optional<String>> tflops =
        figure -> device.compute().flatMap(c -> Figures.with(figure.apply(c), "TFLOPS"));
    return new Group(
        "Peak arithmetic, dense",
        List.of(
            Fact.of("F32", tflops.apply(Compute::fp32Tflops)),
            Fact.of("F16 outside matrix units", tflops.apply(Compute::fp16VectorTflops)),
            Fact.of(
                "F16 or BF16 matrix, F32 sums",
                tflops.apply(Compute::fp16TensorFp32AccumulateTflops)),
            Fact.of("F16 matrix, F16 sums", tflops.apply(Compute::fp16TensorFp16AccumulateTflops)),
            Fact.of("FP8 matrix, F32 sums", tflops.apply(Compute::fp8TensorFp32AccumulateTflops)),
            Fact.of("FP4 matrix", tflops.apply(Compute::fp4TensorTflops)),
            Fact.of(
                "INT8 matrix",
                device.compute().flatMap(c -> Figures.with(c.int8TensorTops(), "TOPS")))),
        device
            .compute()
            .flatMap(
                c ->
                    c.tensorConfidence()
                        .map(
                            confidence ->
                                "Matrix units: "
                                    + confidence
                                    + c.tensorSource().map(s -> ". " + s).orElse(""))));
  }

  private static Group board(CatalogueDevice device) {
    Optional<Chip> chip = device.chip();
    Optional<Board> board = device.board();
    return new Group(
        "Chip and board",
        List.of(
            Fact.of("Chip", chip.flatMap(Chip::name)),
            Fact.of("Architecture", chip.flatMap(Chip::architecture)),
            Fact.of("Multiprocessors or cores", chip.flatMap(c -> count(c.units()))),
            Fact.of("Boost clock", chip.flatMap(c -> Figures.with(c.boostMhz(), "MHz"))),
            Fact.of(
                "Compute capability or ISA",
                chip.flatMap(
                    c -> c.gfxArch().or(() -> Figures.as(c.computeCapability(), v -> "" + v)))),
            Fact.of("Board power", board.flatMap(b -> Figures.with(b.tdpW(), "W"))),
            Fact.of("Slot", board.flatMap(DeviceFacts::slot)),
            Fact.of("NVLink", board.flatMap(b -> Figures.with(b.nvlinkGbPerS(), "GB/s")))),
        Optional.empty());
  }

  private static Group market(CatalogueDevice device) {
    return new Group(
        "Price and date",
        List.of(
            Fact.of("Price at launch", DeviceFigures.priceText(device)),
            device.releaseDate().isPresent()
                ? Fact.of("Released", device.releaseDate())
                : Fact.of("Released", device.releaseYear())),
        device.price().flatMap(p -> p.confidence().map(c -> "Price: " + c)));
  }

  private static Optional<String> slot(Board board) {
    return Figures.as(
        board.pcieGeneration(),
        generation ->
            "PCIe "
                + Figures.plain(generation)
                + ".0"
                + (board.pcieLanes().isPresent() ? " ×" + board.pcieLanes().getAsInt() : ""));
  }

  private static Optional<String> count(OptionalInt figure) {
    return figure.isPresent() ? Optional.of(Figures.plain(figure.getAsInt())) : Optional.empty();
  }
}
