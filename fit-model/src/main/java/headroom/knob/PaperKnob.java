package headroom.knob;

import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import headroom.quant.FlatFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A technique of a paper.
 *
 * @param slug as in {@link Knob}
 * @param label as in {@link Knob}
 * @param explanation as in {@link Knob}
 * @param kind as in {@link Knob}
 * @param figures as in {@link Knob}
 * @param change what it does to a question
 * @param objection what stands against it, from the question before the change
 */
record PaperKnob(
    String slug,
    String label,
    String explanation,
    KnobKind kind,
    List<PaperFigure> figures,
    UnaryOperator<FitQuestion> change,
    Function<FitQuestion, Optional<String>> objection)
    implements Knob {
  PaperKnob {
    figures = List.copyOf(figures);
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("knob %s has no figure; wanted one".formatted(slug));
    }
  }

  /** A paper's weight format in place of the question's. */
  static PaperKnob weights(
      String slug, String label, String explanation, FlatFormat format, PaperFigure... figures) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        KnobKind.WEIGHTS,
        List.of(figures),
        question -> question.withWeights(format),
        Objections::none);
  }

  /** A paper's cache format, keys and values alike. */
  static PaperKnob cache(
      String slug, String label, String explanation, CacheFormat format, PaperFigure... figures) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        KnobKind.CACHE_FORMAT,
        List.of(figures),
        question -> question.withCache(format, format),
        Objections::noKeysAndValues);
  }

  /** The same knob, whose conditions this function checks. */
  PaperKnob unless(Function<FitQuestion, Optional<String>> objects) {
    return new PaperKnob(slug, label, explanation, kind, figures, change, objects);
  }

  /** The same knob with this objection where nothing else stands against it. */
  PaperKnob alsoSaying(Function<FitQuestion, Optional<String>> objects) {
    return unless(Objections.either(objection, objects));
  }

  /** The same knob with one more change after the first. */
  PaperKnob then(UnaryOperator<FitQuestion> more) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        kind,
        figures,
        question -> more.apply(change.apply(question)),
        objection);
  }

  /** The same knob, whose paper stands behind the cache wherever the knob changes something. */
  PaperKnob citing(String source) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        kind,
        figures,
        question -> {
          FitQuestion changed = change.apply(question);
          return changed.equals(question)
              ? changed
              : changed.withTechniques(t -> t.withCacheSource(source));
        },
        objection);
  }

  @Override
  public FitQuestion turn(FitQuestion question) {
    FitQuestion turned = change.apply(question).withKnob(slug);
    return objection
        .apply(question)
        .map(text -> turned.withTechniques(t -> t.withNote(label + ": " + text)))
        .orElse(turned);
  }
}
