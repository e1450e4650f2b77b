package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueCacheFormat;
import headroom.paper.PaperCatalogue;
import headroom.quant.GgufMix;
import headroom.web.support.Field;
import headroom.web.support.Link;
import headroom.web.support.Option;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the calculator shows.
 *
 * @param form what was sent
 * @param report the answer; empty where a field is wrong
 * @param models choices of the model field
 * @param devices choices of the device field
 * @param quants choices of the weight format field
 * @param caches choices of the cache field
 * @param groups knobs by what they change
 * @param partial true where only the report is sent, for a page that has the form already
 */
record FitPage(
    FitForm form,
    Optional<ReportView> report,
    List<Option> models,
    List<Option> devices,
    List<Option> quants,
    List<Option> caches,
    List<Group> groups,
    boolean partial) {

  private static final Set<String> MACHINE =
      Set.of(
          "device2",
          "device3",
          "gpuLayers",
          "cpuMoe",
          "hostMemory",
          "hostBandwidth",
          "hostSystem",
          "split",
          "tensorSplit",
          "engine",
          "engineDate");
  private static final Set<String> MORE =
      Set.of(
          "parallel",
          "ubatch",
          "fa",
          "memory",
          "url",
          "mmproj",
          "draftModel",
          "draftQuant",
          "mtp",
          "draftKv");

  /**
   * Knobs that change the same thing.
   *
   * @param slug for HTML ids
   * @param label for people
   * @param help what the group does
   * @param knobs in order
   * @param single true where one at a time has effect
   */
  record Group(String slug, String label, String help, List<Choice> knobs, boolean single) {
    /** How many of them are turned. */
    public long turned() {
      return knobs.stream().filter(Choice::turned).count();
    }
  }

  /**
   * One knob.
   *
   * @param slug value of the parameter
   * @param label for people
   * @param explanation what it changes
   * @param papers that introduce it
   * @param turned true where it is on
   */
  record Choice(String slug, String label, String explanation, List<Link> papers, boolean turned) {}

  static FitPage of(
      FitForm form, Catalogue catalogue, KnobShelf shelf, PaperCatalogue papers, boolean partial) {
    return new FitPage(
        form,
        form.question().map(question -> ReportView.of(form, papers, catalogue)),
        catalogue.models().stream().map(m -> new Option(m.id(), m.name())).toList(),
        catalogue.devices().stream().map(d -> new Option(d.id(), d.name())).toList(),
        Stream.concat(
                Arrays.stream(GgufMix.values()).map(mix -> new Option(mix.id(), "llama.cpp")),
                catalogue.weightFormats().stream().map(f -> new Option(f.id(), f.name())))
            .toList(),
        catalogue.cacheFormats().stream()
            .filter(format -> format.format().isPresent())
            .map(FitPage::cacheOption)
            .toList(),
        groups(form, shelf),
        partial);
  }

  private static Option cacheOption(CatalogueCacheFormat format) {
    return new Option(
        format.id(),
        String.format(
            Locale.ROOT,
            "%s, %.4g bits",
            format.name(),
            format.format().orElseThrow().bitsPerElement()));
  }

  private static List<Group> groups(FitForm form, KnobShelf shelf) {
    return shelf.grouped().entrySet().stream()
        .map(
            group ->
                new Group(
                    group.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    group.getKey().label(),
                    group.getKey().help(),
                    group.getValue().stream()
                        .map(
                            entry ->
                                new Choice(
                                    entry.knob().slug(),
                                    entry.knob().label(),
                                    entry.knob().explanation(),
                                    entry.papers(),
                                    form.knobs().contains(entry)))
                        .toList(),
                    group.getKey().isSingle()))
        .toList();
  }

  public String title() {
    return report.map(r -> r.verdict().headline() + ": " + r.subject()).orElse("Calculator");
  }

  /** One field; the context that was taken stands in an empty context field. */
  public FieldView field(String name) {
    FieldView view = form.input().field(name);
    Field field = view.field();
    if (name.equals("context") && field.value().isBlank() && form.plain().isPresent()) {
      String taken = Integer.toString(form.plain().get().contextLength());
      return new FieldView(
          new Field(field.name(), field.label(), taken, field.error()), view.nearest());
    }
    return view;
  }

  public List<FieldView> fields() {
    return FitInput.LABELS.keySet().stream().map(this::field).toList();
  }

  public List<FieldView> wrongFields() {
    return form.input().wrongFields();
  }

  public List<Option> families() {
    return CustomDevice.families();
  }

  public List<Option> switches() {
    return List.of(Option.of("on"), Option.of("off"));
  }

  public List<Option> systems() {
    return MachineReader.systems();
  }

  /** For what is off unless asked for. */
  public List<Option> additions() {
    return List.of(Option.of("off"), Option.of("on"));
  }

  public List<Option> engines() {
    return MachineReader.engines();
  }

  public List<Option> splits() {
    return MachineReader.splits();
  }

  /** True where more than one device, the host or the engine is spoken of. */
  public boolean machineOpen() {
    return isTouched(MACHINE);
  }

  /** True where a setting of the folded part is not at its default. */
  public boolean moreOpen() {
    return isTouched(MORE);
  }

  /** True where the reader's own device is described, or wrongly so. */
  public boolean customOpen() {
    return isTouched(Set.of("customMemory", "customBandwidth", "customKind"));
  }

  /** How many knobs are turned. */
  public int turnedKnobs() {
    return form.knobs().size();
  }

  private boolean isTouched(Set<String> names) {
    return names.stream()
        .anyMatch(
            name -> field(name).field().invalid() || form.link().parameters().containsKey(name));
  }
}
