package headroom.accuracy;

import headroom.catalogue.Catalogue;
import headroom.catalogue.ProcessorFamily;
import headroom.measure.CaseRow;
import headroom.units.Bandwidth;
import java.util.OptionalDouble;

/** Finds how fast the memory of a CPU is that a table names. */
final class NamedCpu {
  private final Catalogue catalogue;

  NamedCpu(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * As the row states it, else the fastest memory that the maker of a processor of this name
   * supports, else {@link ProcessorFamily#TYPICAL}, as an interval of CPUs is wide enough to hold
   * it.
   */
  Bandwidth bandwidth(CaseRow row, String name) {
    OptionalDouble stated = row.number("device_memory_bandwidth_gbs");
    if (stated.isPresent()) {
      return Bandwidth.ofGigabytesPerSecond(stated.getAsDouble());
    }
    return Bandwidth.ofGigabytesPerSecond(
        catalogue.processor(name).orElse(ProcessorFamily.TYPICAL).gbPerS());
  }
}
