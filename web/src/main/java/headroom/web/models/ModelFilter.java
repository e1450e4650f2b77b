package headroom.web.models;

import headroom.catalogue.CatalogueModel;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import headroom.web.support.UnknownLast;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which models are wanted and in what order, read from the parameters of the page.
 *
 * @param input the parameters, with what is wrong in them
 * @param text words that must all occur
 * @param family generation
 * @param type {@code dense}, {@code moe} or {@code hybrid}
 * @param sizeMin billions of weights
 * @param sizeMax billions of weights
 * @param sort column, led by a minus for descending
 */
record ModelFilter(
    FormInput input,
    Optional<String> text,
    Optional<String> family,
    Optional<String> type,
    OptionalDouble sizeMin,
    OptionalDouble sizeMax,
    String sort) {

  static final List<Option> TYPES =
      List.of(
          new Option("dense", "dense"),
          new Option("moe", "mixture of experts"),
          new Option("hybrid", "with recurrent layers"));

  private static final String DEFAULT_SORT = "-released";
  private static final double BILLION = 1e9;
  private static final double MOST_BILLIONS = 100_000;

  static ModelFilter of(FormInput input, List<String> families) {
    return new ModelFilter(
        input,
        input.text("q").map(text -> text.toLowerCase(Locale.ROOT)),
        input.choice("family", families),
        input.choice("type", TYPES.stream().map(Option::value).toList()),
        input.number("min", 0, MOST_BILLIONS),
        input.number("max", 0, MOST_BILLIONS),
        input.choice("sort", sorts()).orElse(DEFAULT_SORT));
  }

  private static List<String> sorts() {
    return Stream.of("context", "name", "released", "size", "vendor")
        .flatMap(column -> Stream.of(column, "-" + column))
        .toList();
  }

  boolean admits(CatalogueModel model) {
    double billions = model.parameters().textDecoder() / BILLION;
    return text.stream()
            .flatMap(words -> Arrays.stream(words.split("\\s+")))
            .allMatch(words(model)::contains)
        && family.stream().allMatch(model.family()::equals)
        && type.stream().allMatch(types(model)::contains)
        && billions >= sizeMin.orElse(0)
        && billions <= sizeMax.orElse(Double.POSITIVE_INFINITY);
  }

  /** A model may be both a mixture of experts and a hybrid. */
  private static List<String> types(CatalogueModel model) {
    boolean experts = model.moe().isPresent();
    boolean recurrent = model.recurrent().isPresent();
    return Stream.of(experts ? "moe" : "", recurrent ? "hybrid" : "", experts ? "" : "dense")
        .filter(type -> !type.isEmpty())
        .filter(type -> !(recurrent && type.equals("dense")))
        .toList();
  }

  Comparator<CatalogueModel> order() {
    boolean descending = sort.startsWith("-");
    Comparator<CatalogueModel> byName =
        Comparator.comparing(CatalogueModel::name, String.CASE_INSENSITIVE_ORDER);
    Comparator<CatalogueModel> order =
        switch (descending ? sort.substring(1) : sort) {
          case "size" -> by(m -> Optional.of(m.parameters().textDecoder()), descending);
          case "vendor" -> by(m -> Optional.of(m.vendor()), descending);
          case "context" -> by(m -> m.maxContextTokens().stream().boxed().findAny(), descending);
          case "released" -> by(CatalogueModel::releaseDate, descending);
          default -> descending ? byName.reversed() : byName;
        };
    return order.thenComparing(byName);
  }

  private static <V extends Comparable<? super V>> Comparator<CatalogueModel> by(
      Function<CatalogueModel, Optional<V>> fact, boolean descending) {
    return UnknownLast.by(fact, descending);
  }

  private static String words(CatalogueModel model) {
    return String.join(
            " ", model.id(), model.name(), model.vendor(), model.family(), model.hfRepo())
        .toLowerCase(Locale.ROOT);
  }
}
