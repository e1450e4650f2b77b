package headroom.web.fit;

import headroom.units.Bytes;
import headroom.web.support.Field;
import headroom.web.support.FormInput;
import headroom.web.support.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The parameters of one request, the faults found in them, and what may have been meant. */
final class FitInput {
  /**
   * What the calculator opens with: a popular model that fits a popular card. The weight format is
   * left open: it is the one that the model usually comes in.
   */
  static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("model", "llama-3.1-8b"),
          Map.entry("device", "nvidia-geforce-rtx-4090"),
          Map.entry("kv", "f16"),
          Map.entry("engine", "llama.cpp"),
          Map.entry("gpuLayers", "all"),
          Map.entry("split", "usual"),
          Map.entry("parallel", "1"),
          Map.entry("ubatch", "512"),
          Map.entry("fa", "on"),
          Map.entry("hostSystem", "unknown"),
          Map.entry("mtp", "off"),
          Map.entry("draftKv", "f16"),
          Map.entry("customKind", "nvidia"));

  /** Labels of the fields, by parameter, in the order of the page. */
  static final Map<String, String> LABELS = labels();

  private final FormInput form;
  private final List<String> knobs;
  private final Map<String, List<Link>> suggestions = new HashMap<>();

  FitInput(Map<String, List<String>> parameters) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    parameters.forEach(
        (name, given) ->
            given.stream()
                .findFirst()
                .filter(value -> !value.isBlank())
                .ifPresent(value -> values.put(name, value)));
    this.form = new FormInput(values);
    this.knobs =
        parameters.getOrDefault("knob", List.of()).stream()
            .filter(slug -> !slug.isBlank())
            .distinct()
            .toList();
  }

  /** Slugs as they were sent, each once. */
  List<String> knobs() {
    return knobs;
  }

  Optional<String> text(String name) {
    return form.text(name);
  }

  /** The text of a parameter that has a default. */
  Optional<String> choice(String name, List<String> allowed) {
    return form.choice(name, allowed);
  }

  /** A whole number of tokens or sequences; empty where it is absent or wrong. */
  OptionalInt whole(String name, int lowest, int highest) {
    Optional<String> text = form.text(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt number = Amount.tokens(text.get());
    String wanted =
        String.format(Locale.ROOT, "wanted a whole number from %,d to %,d", lowest, highest);
    if (number.isEmpty()) {
      form.reject(name, "‘%s’ cannot be used; %s".formatted(text.get(), wanted));
    } else if (number.getAsInt() < lowest || number.getAsInt() > highest) {
      form.reject(name, "%s is out of range; %s".formatted(text.get(), wanted));
      return OptionalInt.empty();
    }
    return number;
  }

  /** An amount of memory; empty where it is absent or wrong. */
  Optional<Bytes> memory(String name) {
    Optional<String> text = form.text(name);
    Optional<Bytes> amount = text.flatMap(Amount::memory);
    if (text.isPresent() && amount.isEmpty()) {
      form.reject(
          name,
          "‘%s’ is no amount of memory; wanted a number with its unit, for example 64 GiB"
              .formatted(text.get()));
    }
    return amount;
  }

  FormInput form() {
    return form;
  }

  void reject(String name, String fault) {
    form.reject(name, fault);
  }

  /** Notes a fault and what may have been meant. */
  void reject(String name, String fault, List<Link> nearest) {
    form.reject(name, fault);
    suggestions.putIfAbsent(name, nearest);
  }

  boolean isSound() {
    return form.faults().isEmpty();
  }

  /** One field as the page shows it. */
  FieldView field(String name) {
    Field field = form.field(name, LABELS.getOrDefault(name, name));
    return new FieldView(field, suggestions.getOrDefault(name, List.of()));
  }

  /** Fields that are wrong, in the order of the page. */
  List<FieldView> wrongFields() {
    List<FieldView> wrong = new ArrayList<>();
    LABELS
        .keySet()
        .forEach(
            name -> {
              FieldView view = field(name);
              if (view.field().invalid()) {
                wrong.add(view);
              }
            });
    return wrong;
  }

  private static Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("model", "Model");
    labels.put("device", "Device");
    labels.put("quant", "Weight format");
    labels.put("context", "Context");
    labels.put("kv", "KV cache");
    labels.put("device2", "Second device");
    labels.put("device3", "Third device");
    labels.put("gpuLayers", "Layers on the devices");
    labels.put("cpuMoe", "Layers with experts on the host");
    labels.put("hostMemory", "Memory of the host");
    labels.put("hostBandwidth", "Its bandwidth in GB/s");
    labels.put("hostSystem", "Its operating system");
    labels.put("split", "How devices share the model");
    labels.put("tensorSplit", "Parts of the devices");
    labels.put("engine", "Engine");
    labels.put("engineDate", "Built in");
    labels.put("parallel", "Parallel sequences");
    labels.put("ubatch", "Micro-batch");
    labels.put("fa", "Flash attention");
    labels.put("memory", "Memory to use");
    labels.put("url", "Address of a GGUF file");
    labels.put("mmproj", "Vision projector");
    labels.put("draftModel", "Draft model");
    labels.put("draftQuant", "Weight format of the draft");
    labels.put("mtp", "Prediction layer (MTP)");
    labels.put("draftKv", "Cache of what drafts");
    labels.put("customMemory", "Its memory");
    labels.put("customBandwidth", "Bandwidth of your device in GB/s");
    labels.put("customKind", "What it is");
    labels.put("knob", "Techniques");
    return labels;
  }
}
