package headroom.accuracy;

import headroom.catalogue.Catalogue;
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
   * supports.
   *
   * @throws CannotPredictException where neither is known
   */
  Bandwidth bandwidth(CaseRow row, String name) {
    OptionalDouble stated = row.number("device_memory_bandwidth_gbs");
    if (stated.isPresent()) {
      return Bandwidth.ofGigabytesPerSecond(stated.getAsDouble());
    }
    return catalogue
        .processor(name)
        .map(known -> Bandwidth.ofGigabytesPerSecond(known.gbPerS()))
        .orElseThrow(
            () ->
                new CannotPredictException(
                    "'%s' computed on its CPU; the bandwidth of its memory is not known"
                        .formatted(name)));
  }
}
