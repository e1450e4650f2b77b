package headroom.knob;

import java.util.List;

/**
 * One number that a paper reports.
 *
 * @param claim what and how much, with its unit
 * @param conditions model, context, batch and what it was compared with
 * @param source arXiv id and the place in the paper
 * @param hardware names of the chips it was measured on, as in {@code A100}; none where the figure
 *     is no measurement or the place does not say
 */
public record PaperFigure(String claim, String conditions, String source, List<String> hardware) {
  public PaperFigure {
    hardware = List.copyOf(hardware);
    if (claim.isBlank() || conditions.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException(
          "figure '%s' with conditions '%s' and source '%s'; wanted all three"
              .formatted(claim, conditions, source));
    }
  }

  static PaperFigure of(String claim, String conditions, String source, String... hardware) {
    return new PaperFigure(claim, conditions, source, List.of(hardware));
  }
}
