package headroom.web.advise;

import headroom.advise.Ladder;
import headroom.advise.Terms;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.device.Card;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.kv.CacheFormat;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import headroom.web.support.FormInput;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What was asked: of a device, of a model, or of both.
 *
 * @param input as sent, with its faults
 * @param device of the catalogue, where one is named
 * @param cards how many of it
 * @param memory in place of the device's own, where stated
 * @param model of the catalogue, where one is named
 * @param terms context, cache and speed
 * @param floor no format that loses more
 * @param mostBillions weights of the largest model to list
 * @param mostDollars launch price of the dearest device to list
 */
record AdviseForm(
    FormInput input,
    Optional<CatalogueDevice> device,
    int cards,
    Optional<Bytes> memory,
    Optional<CatalogueModel> model,
    Terms terms,
    GgufMix floor,
    OptionalDouble mostBillions,
    OptionalDouble mostDollars) {
  static final String PAGE = "/advise";

  /** What the page opens with. */
  private static final String USUAL_DEVICE = "nvidia-geforce-rtx-4090";

  private static final int USUAL_CONTEXT = 8192;
  private static final int LONGEST_CONTEXT = 1 << 24;
  private static final int MOST_CARDS = 8;
  private static final int NEAREST = 3;

  static final List<GgufMix> FLOORS =
      List.of(
          GgufMix.Q8_0,
          GgufMix.Q6_K,
          GgufMix.Q5_K_M,
          GgufMix.Q4_K_M,
          GgufMix.IQ4_XS,
          GgufMix.Q3_K_M,
          GgufMix.Q2_K,
          GgufMix.IQ1_S);

  static AdviseForm of(Map<String, String> parameters, Catalogue catalogue) {
    Map<String, String> sent = new HashMap<>(parameters);
    if (!parameters.containsKey("device") && !parameters.containsKey("model")) {
      sent.put("device", USUAL_DEVICE);
    }
    sent.putIfAbsent("context", Integer.toString(USUAL_CONTEXT));
    sent.putIfAbsent("floor", Ladder.USUAL_FLOOR.id());
    FormInput input = new FormInput(sent);
    Optional<CatalogueDevice> device = device(input, catalogue);
    Optional<CatalogueModel> model = model(input, catalogue);
    if (input.faults().isEmpty() && device.isEmpty() && model.isEmpty()) {
      input.reject("device", "name a device, a model, or both");
    }
    OptionalDouble context = input.number("context", 1, LONGEST_CONTEXT);
    OptionalDouble memory = input.number("memory", 1, 1 << 20);
    return new AdviseForm(
        input,
        device,
        whole(input.number("cards", 1, MOST_CARDS)).orElse(1),
        memory.isPresent() ? Optional.of(Bytes.ofGiB(memory.getAsDouble())) : Optional.empty(),
        model,
        new Terms(
            whole(context).orElse(USUAL_CONTEXT),
            CacheFormat.F16,
            CacheFormat.F16,
            input.number("tps", 0.01, 1e6)),
        input
            .choice("floor", FLOORS.stream().map(GgufMix::id).toList())
            .flatMap(GgufMix::byName)
            .orElse(Ladder.USUAL_FLOOR),
        input.number("billions", 0, 1e6),
        input.number("dollars", 0, 1e9));
  }

  private static OptionalInt whole(OptionalDouble number) {
    return number.isPresent() ? OptionalInt.of((int) number.getAsDouble()) : OptionalInt.empty();
  }

  private static Optional<CatalogueDevice> device(FormInput input, Catalogue catalogue) {
    Optional<String> text = input.text("device");
    Optional<CatalogueDevice> found =
        text.flatMap(
            name ->
                catalogue
                    .device(name)
                    .or(
                        () ->
                            catalogue.devices().stream()
                                .filter(device -> device.name().equalsIgnoreCase(name))
                                .findFirst()));
    if (text.isPresent() && found.isEmpty()) {
      input.reject(
          "device",
          "there is no device ‘%s’; nearest: %s"
              .formatted(
                  text.get(),
                  catalogue.nearestDevices(text.get(), NEAREST).stream()
                      .map(CatalogueDevice::id)
                      .collect(Collectors.joining(", "))));
    }
    return found;
  }

  private static Optional<CatalogueModel> model(FormInput input, Catalogue catalogue) {
    Optional<String> text = input.text("model");
    Optional<CatalogueModel> found =
        text.flatMap(
            name ->
                catalogue
                    .model(name)
                    .or(
                        () ->
                            catalogue.models().stream()
                                .filter(model -> model.name().equalsIgnoreCase(name))
                                .findFirst()));
    if (text.isPresent() && found.isEmpty()) {
      input.reject(
          "model",
          "there is no model ‘%s’; nearest: %s"
              .formatted(
                  text.get(),
                  catalogue.nearestModels(text.get(), NEAREST).stream()
                      .map(CatalogueModel::id)
                      .collect(Collectors.joining(", "))));
    }
    return found;
  }

  boolean isSound() {
    return input.faults().isEmpty();
  }

  /** The device, as often as asked, in a host of which nothing is known. */
  Machine machine() {
    Card card = new Card(device.orElseThrow().device(), memory);
    return new Machine(Collections.nCopies(cards, card), Host.UNKNOWN);
  }
}
