package headroom.agent.cli;

import headroom.agent.hardware.Machine;
import headroom.measure.EnvironmentFacts;
import headroom.measure.EnvironmentFacts.Gpu;
import headroom.measure.EnvironmentFacts.MemoryModule;
import headroom.units.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A machine for people; a row is there only where something is known. */
final class ProbeText {
  private ProbeText() {}

  static String of(Machine machine) {
    EnvironmentFacts facts = machine.environment();
    TextTable table = TextTable.of("", "");
    table.row("system", facts.os());
    table.row("processor", facts.cpu().name());
    table.row("cores", cores(facts.cpu()));
    if (!facts.cpu().features().isEmpty()) {
      table.row("features", String.join(" ", facts.cpu().features()));
    }
    facts.memoryBytes().ifPresent(bytes -> table.row("memory", Bytes.of(bytes).toString()));
    facts.memoryModules().forEach(module -> table.row("  module", module(module)));
    facts.gpus().forEach(gpu -> table.row("graphics", gpu(gpu)));
    if (facts.gpus().isEmpty()) {
      table.row("graphics", "none answered");
    }
    facts.powerSource().ifPresent(source -> table.row("power", source));
    facts.cpuGovernor().ifPresent(governor -> table.row("governor", governor));
    facts.cpuCelsius().ifPresent(celsius -> table.row("temperature", number("%.0f °C", celsius)));
    machine.limits().cpus().ifPresent(cpus -> table.row("limit", number("%.1f processors", cpus)));
    machine
        .limits()
        .memoryBytes()
        .ifPresent(bytes -> table.row("limit", Bytes.of(bytes) + " of memory"));
    return table.toString();
  }

  private static String cores(EnvironmentFacts.Cpu cpu) {
    String threads = cpu.logicalCores() + " threads usable";
    return cpu.physicalCores().isPresent()
        ? "%d physical, %s".formatted(cpu.physicalCores().getAsInt(), threads)
        : threads;
  }

  private static String module(MemoryModule module) {
    return joined(
        List.of(
            module.type(),
            module.bytes().stream().mapToObj(bytes -> Bytes.of(bytes).toString()).findFirst(),
            module.megatransfersPerSecond().stream()
                .mapToObj(rate -> number("%.0f MT/s", rate))
                .findFirst()));
  }

  private static String gpu(Gpu gpu) {
    return joined(
        List.of(
            Optional.of(gpu.name()),
            gpu.memoryBytes().stream().mapToObj(bytes -> Bytes.of(bytes).toString()).findFirst(),
            gpu.driver().map(driver -> "driver " + driver),
            Optional.of("as told by " + gpu.source())));
  }

  private static String joined(List<Optional<String>> parts) {
    return parts.stream().flatMap(Optional::stream).collect(Collectors.joining(", "));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
