package headroom.accuracy;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the catalogue's model that a log or a table means by a name. */
final class NamedModel {
  /** Published counts include or leave out embeddings, drafting layers and vision parts. */
  private static final double NEAR = 0.10;

  /** Counts rounded to whole billions. */
  private static final double ROUNDING_BILLIONS = 0.6;

  /** Counts with two decimals that agree this far are the same count. */
  private static final double SAME = 0.002;

  /** The size in a name: {@code 500m}, {@code 30B}. */
  private static final Pattern SIZE =
      Pattern.compile("(?<![\\w.])(\\d+(?:\\.\\d+)?)([bm])\\b", Pattern.CASE_INSENSITIVE);

  /** Logarithm of the ratio of two sizes above which they are of different kinds. */
  private static final double FAR = 0.5;

  private final Catalogue catalogue;

  NamedModel(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * The model all of whose words the name has, of several the one with most words; a fine-tune has
   * words of its own beside them.
   */
  Optional<CatalogueModel> byName(String name) {
    // "Yi-34B class (60 layers)" is any model of that shape.
    Set<String> asked = words(name.replaceAll("(?i)[ -]class\\b.*", ""));
    return catalogue.models().stream()
        .filter(model -> asked.containsAll(words(model.id())))
        .max(Comparator.comparingInt(model -> words(model.id()).size()));
  }

  /** Models whose name has the same words but for numbers of versions. */
  List<CatalogueModel> byFamily(String name) {
    Set<String> asked = words(name.replaceAll("(?i)[ -]class\\b.*", ""));
    return catalogue.models().stream()
        .filter(
            model ->
                words(model.id()).stream()
                    .allMatch(word -> asked.contains(word) || word.matches("\\d+(\\.\\d+)?")))
        .toList();
  }

  /**
   * The model of that name whose weights are as many as the case says; else one of the same family
   * whose number of weights is exactly the case's, as another release of one shape has.
   *
   * @param billions weights of the case, where it says
   * @throws CannotPredictException where the catalogue has none
   */
  CatalogueModel require(String name, OptionalDouble billions) {
    Optional<CatalogueModel> named = byName(name);
    if (named.isPresent() && (billions.isEmpty() || near(named.get(), billions.getAsDouble()))) {
      return named.get();
    }
    Optional<CatalogueModel> release =
        billions.isEmpty() ? Optional.empty() : sameShape(name, billions.getAsDouble());
    return release.orElseThrow(() -> new CannotPredictException(reason(name, named, billions)));
  }

  /**
   * As {@link #require(String, OptionalDouble)}; a model that the catalogue lacks is taken for the
   * one of the nearest size, as speed depends on little else.
   *
   * @param active weights that serve a token, where only some do
   */
  CatalogueModel require(String name, OptionalDouble billions, OptionalDouble active) {
    try {
      return require(name, billions);
    } catch (CannotPredictException unknown) {
      return nearestSize(name, billions, active).orElseThrow(() -> unknown);
    }
  }

  private Optional<CatalogueModel> nearestSize(
      String name, OptionalDouble billions, OptionalDouble active) {
    Matcher stated = SIZE.matcher(name);
    if (byName(name).isPresent() || (!stated.find() && billions.isEmpty())) {
      return Optional.empty();
    }
    double size = stated.hasMatch() ? size(stated) : billions.getAsDouble();
    double used = active.orElse(size);
    return catalogue.models().stream()
        .filter(model -> model.moe().isPresent() == active.isPresent())
        .filter(model -> far(count(model), size) < FAR)
        .min(
            Comparator.comparingDouble(
                model ->
                    far(count(model), size)
                        + far(
                            model.parameters().active().orElse((long) (size * 1e9)) / 1e9, used)));
  }

  private static double size(Matcher stated) {
    double number = Double.parseDouble(stated.group(1));
    return stated.group(2).equalsIgnoreCase("m") ? number / 1000 : number;
  }

  private static double far(double one, double other) {
    return Math.abs(Math.log(one / other));
  }

  private Optional<CatalogueModel> sameShape(String name, double billions) {
    if (billions == Math.rint(billions)) {
      return Optional.empty();
    }
    Set<String> asked = words(name);
    List<CatalogueModel> same =
        catalogue.models().stream()
            .filter(model -> asked.contains(family(model)))
            .filter(model -> Math.abs(count(model) / billions - 1) < SAME)
            .toList();
    return same.stream()
        .max(
            Comparator.comparingLong(
                model -> words(model.id()).stream().filter(asked::contains).count()));
  }

  private static String family(CatalogueModel model) {
    return split(model.id())[0];
  }

  private static double count(CatalogueModel model) {
    return model.parameters().textDecoder() / 1e9;
  }

  private static boolean near(CatalogueModel model, double billions) {
    double difference = Math.abs(count(model) - billions);
    return difference <= NEAR * billions
        || (difference <= ROUNDING_BILLIONS && billions == Math.rint(billions));
  }

  private String reason(String name, Optional<CatalogueModel> named, OptionalDouble billions) {
    if (named.isPresent()) {
      return String.format(
          Locale.ROOT,
          "model '%s': the catalogue's %s has %.2f billion weights, the case says %.2f",
          name,
          named.get().id(),
          count(named.get()),
          billions.orElseThrow());
    }
    return "model '%s' is not in the catalogue; nearest: %s"
        .formatted(
            name,
            String.join(
                ", ", catalogue.nearestModels(name, 3).stream().map(CatalogueModel::id).toList()));
  }

  private static Set<String> words(String name) {
    return Set.of(java.util.Arrays.stream(split(name)).distinct().toArray(String[]::new));
  }

  private static String[] split(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("(?<=[a-z]{2})(?=\\d)", " ")
        .strip()
        .split("[^a-z0-9.]+");
  }
}
