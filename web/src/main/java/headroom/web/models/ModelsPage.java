package headroom.web.models;

import headroom.catalogue.CatalogueModel;
import headroom.web.support.Fact;
import headroom.web.support.Field;
import headroom.web.support.Figures;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import headroom.web.support.Paging;
import headroom.web.support.SortLink;
import java.util.List;
import java.util.OptionalLong;

/**
 * The list of models.
 *
 * @param input the form as it was sent
 * @param families choices of family
 * @param models one page of what the form admits
 * @param all how many models there are
 * @param columns heads of the table
 */
record ModelsPage(
    FormInput input, List<Option> families, Paging<Row> models, int all, List<SortLink> columns) {

  private static final int ROWS = 50;
  private static final String PATH = "/models";

  /**
   * One model.
   *
   * @param id of its page
   * @param name as its makers write it
   * @param kind in words
   * @param cells after the name, in the order of the columns
   */
  record Row(String id, String name, String kind, List<Fact> cells) {
    static Row of(CatalogueModel model) {
      OptionalLong active = model.parameters().active();
      String weights = Figures.parameters(model.parameters().textDecoder());
      return new Row(
          model.id(),
          model.name(),
          model.architecture().kind(),
          List.of(
              Fact.of(
                  "weights",
                  active.isPresent()
                      ? weights + ", " + Figures.parameters(active.getAsLong()) + " active"
                      : weights),
              Fact.of("context", ModelFacts.context(model)),
              Fact.of("maker", model.vendor()),
              Fact.of("released", model.releaseDate())));
    }
  }

  static ModelsPage of(List<CatalogueModel> models, FormInput input) {
    List<String> families =
        models.stream().map(CatalogueModel::family).distinct().sorted().toList();
    ModelFilter filter = ModelFilter.of(input, families);
    List<Row> rows =
        models.stream().filter(filter::admits).sorted(filter.order()).map(Row::of).toList();
    return new ModelsPage(
        input,
        families.stream().map(Option::of).toList(),
        Paging.of(rows, input, ROWS, PATH),
        models.size(),
        List.of(
            column(filter, "Model", "name", false),
            column(filter, "Weights", "size", true),
            column(filter, "Context, tokens", "context", true),
            column(filter, "Maker", "vendor", false),
            column(filter, "Released", "released", true)));
  }

  private static SortLink column(ModelFilter filter, String label, String column, boolean numeric) {
    return SortLink.of(PATH, filter.input().sent(), label, column, filter.sort(), numeric);
  }

  public List<Option> types() {
    return ModelFilter.TYPES;
  }

  public Field field(String name, String label) {
    return input.field(name, label);
  }
}
