package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueCacheFormat;
import headroom.catalogue.CatalogueModel;
import headroom.catalogue.CatalogueWeightFormat;
import headroom.catalogue.CountedName;
import headroom.catalogue.NearestNames;
import headroom.device.Machine;
import headroom.fit.Companions;
import headroom.fit.Engine;
import headroom.fit.FitQuestion;
import headroom.fit.Placement;
import headroom.kv.CacheFormat;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import headroom.web.fit.RemoteModels.UnreadableModelException;
import headroom.web.support.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Reads the parameters of an address into a question; faults stay beside their fields. */
@Component
class FitReader {
  /** Contexts past this are longer than any model was trained for. */
  static final int LONGEST_CONTEXT = 1 << 24;

  private static final int DEFAULT_CONTEXT = 8192;
  private static final int MOST_SEQUENCES = 4096;
  private static final int LARGEST_MICRO_BATCH = 65_536;
  private static final int NEAREST = 5;

  private final Catalogue catalogue;
  private final KnobShelf shelf;
  private final RemoteModels remoteModels;
  private final MachineReader machines;
  private final CompanionReader companions;

  FitReader(
      Catalogue catalogue,
      KnobShelf shelf,
      RemoteModels remoteModels,
      MachineReader machines,
      CompanionReader companions) {
    this.catalogue = catalogue;
    this.shelf = shelf;
    this.machines = machines;
    this.companions = companions;
    this.remoteModels = remoteModels;
  }

  FitForm read(Map<String, List<String>> parameters) {
    FitInput input = new FitInput(parameters);
    FitLink sent = sent(input);
    boolean remote = input.text("url").isPresent();
    Optional<Subject> subject = remote ? remote(input) : catalogued(input, sent);
    Optional<Machine> machine = machines.machine(input, sent);
    Engine engine = machines.engine(input);
    Placement placement =
        machines.placement(input, engine, machine.map(one -> one.cards().size()).orElse(1));
    Optional<GgufMix> usual = subject.flatMap(Subject::usual);
    Optional<WeightFormat> weights =
        remote
            ? subject.flatMap(Subject::stored).map(Function.identity())
            : weights("quant", input, sent, usual);
    List<CacheFormat> cache = cache("kv", input, sent);
    Optional<WeightFormat> draftWeights = weights("draftQuant", input, sent, Optional.empty());
    List<CacheFormat> draftCache = cache("draftKv", input, sent);
    Companions beside =
        subject
            .map(
                known -> companions.companions(input, sent, known.spec(), draftWeights, draftCache))
            .orElse(Companions.NONE);
    OptionalInt context = input.whole("context", 1, LONGEST_CONTEXT);
    int parallel = input.whole("parallel", 1, MOST_SEQUENCES).orElse(1);
    int microBatch = input.whole("ubatch", 1, LARGEST_MICRO_BATCH).orElse(1);
    boolean flash = input.choice("fa", List.of("on", "off")).orElse("on").equals("on");
    List<KnobShelf.Entry> knobs = knobs(input, sent);
    if (!input.isSound() || subject.isEmpty() || machine.isEmpty() || weights.isEmpty()) {
      return new FitForm(input, sent, knobs, Optional.empty(), Optional.empty(), remote, usual);
    }
    int most = subject.get().spec().maxContext().orElse(DEFAULT_CONTEXT);
    FitQuestion plain =
        FitQuestion.of(
                subject.get().spec(),
                weights.get(),
                machine.get().first().device(),
                context.orElse(Math.min(DEFAULT_CONTEXT, most)))
            .withCache(cache.getFirst(), cache.getLast())
            .withSequences(parallel)
            .withMicroBatch(microBatch)
            .withFlashAttention(flash)
            .withMachine(machine.get())
            .withEngine(engine)
            .withPlacement(placement)
            .withCompanions(none -> beside);
    FitQuestion question = plain;
    for (KnobShelf.Entry entry : knobs) {
      question = entry.knob().turn(question);
    }
    return new FitForm(
        input,
        canonical(input, plain),
        knobs,
        Optional.of(plain),
        Optional.of(question),
        remote,
        usual);
  }

  private Optional<Subject> remote(FitInput input) {
    try {
      return Optional.of(remoteModels.read(input.text("url").orElseThrow()));
    } catch (UnreadableModelException e) {
      input.reject("url", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Subject> catalogued(FitInput input, FitLink sent) {
    Optional<String> text = input.text("model");
    Optional<CatalogueModel> model =
        text.flatMap(
            name ->
                catalogue
                    .model(name.toLowerCase(Locale.ROOT))
                    .or(() -> only(catalogue.models(), CatalogueModel::name, name)));
    if (text.isPresent() && model.isEmpty()) {
      input.reject(
          "model",
          "‘%s’ is no model of the catalogue".formatted(text.get()),
          catalogue.nearestModels(text.get(), NEAREST).stream()
              .map(near -> link(sent, "model", near.id(), near.name()))
              .toList());
    }
    return model.map(found -> Subject.of(found, catalogue.spec(found)));
  }

  /** The format that was named, or the usual one where there is one. */
  private Optional<WeightFormat> weights(
      String field, FitInput input, FitLink sent, Optional<GgufMix> usual) {
    Optional<String> text = input.text(field);
    if (text.isEmpty()) {
      return usual.map(Function.identity());
    }
    Optional<WeightFormat> format =
        text.flatMap(
            name ->
                GgufMix.byName(name)
                    .<WeightFormat>map(Function.identity())
                    .or(() -> catalogue.weightFormat(name.toLowerCase(Locale.ROOT))));
    if (text.isPresent() && format.isEmpty()) {
      List<String> known =
          Stream.concat(
                  Arrays.stream(GgufMix.values()).map(GgufMix::id),
                  catalogue.weightFormats().stream().map(CatalogueWeightFormat::id))
              .toList();
      input.reject(
          field,
          "‘%s’ is no weight format that is known here".formatted(text.get()),
          nearest(known, text.get(), sent, field));
    }
    return format;
  }

  /** One format for keys and one for values; f16 for what is wrong. */
  private List<CacheFormat> cache(String field, FitInput input, FitLink sent) {
    List<CacheFormat> formats = new ArrayList<>();
    String text = input.text(field).orElse("f16");
    for (String name : text.split(",", -1)) {
      Optional<CacheFormat> format = catalogue.cacheFormat(name.strip().toLowerCase(Locale.ROOT));
      if (format.isEmpty()) {
        List<String> known =
            catalogue.cacheFormats().stream()
                .filter(candidate -> candidate.format().isPresent())
                .map(CatalogueCacheFormat::id)
                .toList();
        input.reject(
            field,
            "‘%s’ is no cache format that is known here; wanted one for both, or K,V"
                .formatted(name.strip()),
            nearest(known, name, sent, field));
      }
      formats.add(format.orElse(CacheFormat.F16));
    }
    if (formats.size() > 2) {
      input.reject(
          field, "names %d formats; wanted one for both, or K,V".formatted(formats.size()));
    }
    return formats;
  }

  private List<KnobShelf.Entry> knobs(FitInput input, FitLink sent) {
    List<KnobShelf.Entry> knobs = new ArrayList<>();
    for (String slug : input.knobs()) {
      shelf
          .find(slug)
          .ifPresentOrElse(
              knobs::add,
              () ->
                  input.reject(
                      "knob",
                      "‘%s’ is no technique that can be computed"
                          .formatted(slug.length() > 60 ? slug.substring(0, 60) + "…" : slug),
                      nearest(shelf.slugs(), slug, sent.without("knob", List.of(slug)), "knob")));
    }
    return knobs;
  }

  private static <T> Optional<T> only(List<T> all, Function<T, String> name, String text) {
    List<T> named = all.stream().filter(one -> name.apply(one).equalsIgnoreCase(text)).toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  private static List<Link> nearest(List<String> known, String text, FitLink sent, String name) {
    return NearestNames.among(known, Function.identity(), text, NEAREST).stream()
        .map(near -> link(sent, name, near, near))
        .toList();
  }

  private static Link link(FitLink sent, String name, String value, String label) {
    FitLink corrected = name.equals("knob") ? sent.adding(name, value) : sent.with(name, value);
    return new Link(corrected.href(), label);
  }

  /** What was sent, as it was sent, without what is the default anyway. */
  private static FitLink sent(FitInput input) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    Map<String, String> values = input.form().sent();
    for (String name : FitInput.LABELS.keySet()) {
      String value = values.getOrDefault(name, "");
      if (!value.isBlank() && !value.equals(FitInput.DEFAULTS.get(name))) {
        parameters.put(name, List.of(value));
      }
    }
    parameters.remove("knob");
    if (!input.knobs().isEmpty()) {
      parameters.put("knob", input.knobs());
    }
    return new FitLink(parameters);
  }

  /** The shortest address that will give this answer also when the defaults have changed. */
  private static FitLink canonical(FitInput input, FitQuestion question) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    boolean remote = input.text("url").isPresent();
    boolean custom = question.device().id().equals(CustomDevice.ID);
    if (!remote) {
      parameters.put("model", List.of(question.model().id()));
    }
    if (!custom) {
      boolean several =
          input.text("device").filter(t -> CountedName.of(t).size() > 1).isPresent()
              || input
                  .text("device")
                  .filter(t -> CountedName.of(t).getFirst().count() > 1)
                  .isPresent();
      parameters.put(
          "device", List.of(several ? input.text("device").orElseThrow() : question.device().id()));
    }
    if (!remote) {
      parameters.put("quant", List.of(question.weights().id()));
    }
    parameters.put("context", List.of(Integer.toString(question.contextLength())));
    FitLink sent = sent(input);
    sent.parameters()
        .forEach(
            (name, values) -> {
              boolean core =
                  name.equals("model")
                      || name.equals("device")
                      || name.equals("quant")
                      || name.equals("context");
              if (!core) {
                parameters.put(name, values);
              }
            });
    return new FitLink(parameters);
  }
}
