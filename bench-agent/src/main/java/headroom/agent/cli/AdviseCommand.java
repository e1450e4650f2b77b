package headroom.agent.cli;

import headroom.advise.BestQuant;
import headroom.advise.DevicesFor;
import headroom.advise.Ladder;
import headroom.advise.LongestContext;
import headroom.advise.Terms;
import headroom.advise.Upgrades;
import headroom.agent.hardware.HardwareProbe;
import headroom.agent.hardware.OwnMachine;
import headroom.agent.json.RunJson;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.device.Card;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Asks the calculator the other way round. */
@Command(
    name = "advise",
    sortOptions = false,
    description = {
      "Say what to take. What is asked follows from what is given:",
      "  a device, or nothing for this machine: the models that run on it, best first;",
      "  a model: the devices that run it, cheapest first;",
      "  a model and a device: the weight formats, best first, and the longest context;",
      "  --upgrade: what one change to the device would bring.",
      "What will not do is listed too, with what is missing."
    })
final class AdviseCommand implements Callable<Integer> {
  /** The name that stands for the machine this program runs on. */
  static final String THIS = "this";

  /** Cards alike that fit a desktop with risers. */
  private static final int MOST_TRIED = 4;

  private static final String USUAL_QUANT = "Q4_K_M";

  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "ID",
      split = ",",
      description =
          "Devices of the catalogue, together in one machine; 'this' is the machine this runs on.")
  private List<String> devices = List.of();

  @Option(names = "--model", paramLabel = "ID", description = "Model of the catalogue.")
  private @Nullable String model;

  @Option(
      names = "--quant",
      paramLabel = "Q",
      description =
          "Weight format. Default: for devices Q4_K_M, else the best that will do, by published"
              + " loss.")
  private @Nullable String quant;

  @Option(
      names = "--floor",
      paramLabel = "Q",
      description = "No weight format that loses more than this one. Default: IQ4_XS.")
  private @Nullable String floor;

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "8192",
      description = "Tokens; less for models trained for less. Default: 8192.")
  private int context;

  @Option(
      names = "--kv",
      paramLabel = "K[,V]",
      defaultValue = "f16",
      description = "Storage of cached keys and values. Default: f16.")
  private String kv;

  @Option(
      names = "--min-tps",
      paramLabel = "X",
      description = "Tokens per second that generation must reach.")
  private @Nullable Double minimumRate;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory in place of the device's own, for example 32GiB; needed for CPUs.")
  private @Nullable String memory;

  @Option(
      names = {"--ram-bandwidth", "--bandwidth"},
      paramLabel = "GB/s",
      description =
          "Memory bandwidth of this machine's processor, which probing does not measure. Default:"
              + " of the fastest memory that its maker supports.")
  private @Nullable Double bandwidth;

  @Option(
      names = "--cards",
      paramLabel = "N",
      defaultValue = "1",
      description = "For a model: try up to this many cards of a kind, at most 8. Default: 1.")
  private int cards;

  @Option(names = "--upgrade", description = "Say what one change to the device would bring.")
  private boolean upgrade;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10",
      description = "Rows of each table. Default: 10.")
  private int limit;

  @Option(names = "--json", description = "Print JSON, all rows.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  AdviseCommand() {}

  @Override
  public Integer call() {
    check();
    Catalogue catalogue = Catalogue.load();
    Names names = new Names(catalogue);
    Terms terms = terms(names);
    if (model == null || upgrade) {
      Machine machine = machine(names, catalogue);
      Upgrades upgrades = Upgrades.of(machine, catalogue, terms, floor());
      print(
          new Answer(
              upgrade
                  ? UpgradesAdvice.of(machine, terms, floor(), upgrades, limit)
                  : ModelsAdvice.of(machine, terms, floor(), upgrades, limit),
              upgrade
                  ? AdviceJson.of(machine, terms, upgrades)
                  : AdviceJson.of(machine, terms, upgrades.today())));
      return 0;
    }
    CatalogueModel one = names.model(model);
    if (devices.isEmpty()) {
      WeightFormat weights = names.weights(quant == null ? ownMix(one, catalogue) : quant);
      DevicesFor found =
          DevicesFor.of(catalogue.spec(one), weights, catalogue.devices(), terms, cards);
      print(
          new Answer(
              DevicesAdvice.of(
                  one,
                  weights,
                  terms,
                  found,
                  cheaper(one, weights, catalogue, terms, found),
                  limit),
              AdviceJson.of(one, weights, terms, found)));
      return 0;
    }
    print(pair(one, machine(names, catalogue), names, catalogue, terms));
    return 0;
  }

  /** What had to be assumed of this machine. */
  private Optional<String> assumption(Catalogue catalogue) {
    return bandwidth == null && (devices.isEmpty() || devices.equals(List.of(THIS)))
        ? OwnMachine.assumption(HardwareProbe.read(), catalogue)
        : Optional.empty();
  }

  /** The same answer for people and for programs. */
  private record Answer(String text, ObjectNode tree) {}

  private void print(Answer answer) {
    boolean ofDevice = model == null || !devices.isEmpty() || upgrade;
    Optional<String> assumed = ofDevice ? assumption(Catalogue.load()) : Optional.empty();
    assumed.ifPresent(text -> answer.tree().put("assumed", text));
    spec.commandLine()
        .getOut()
        .println(
            json
                ? RunJson.mapper().writeValueAsString(answer.tree())
                : assumed.map(text -> Wrapped.text("", "", text) + "\n\n").orElse("")
                    + answer.text());
  }

  /** The cheapest of up to four cards alike, where one card was asked for and several cost less. */
  private Optional<DevicesFor.Row> cheaper(
      CatalogueModel one,
      WeightFormat weights,
      Catalogue catalogue,
      Terms terms,
      DevicesFor found) {
    if (cards > 1 || found.good().isEmpty() || found.good().getFirst().launchPrice().isEmpty()) {
      return Optional.empty();
    }
    double price = found.good().getFirst().launchPrice().getAsDouble();
    return DevicesFor.of(catalogue.spec(one), weights, catalogue.devices(), terms, MOST_TRIED)
        .good()
        .stream()
        .filter(row -> row.cards() > 1 && row.launchPrice().orElse(price) < price)
        .findFirst();
  }

  private Answer pair(
      CatalogueModel one, Machine machine, Names names, Catalogue catalogue, Terms terms) {
    Ladder ladder = Ladder.of(one, catalogue);
    FitQuestion asked =
        terms.question(
            catalogue.spec(one),
            quant == null ? ladder.rungs().getFirst().mix() : names.weights(quant),
            machine);
    BestQuant quants =
        quant == null ? BestQuant.of(asked, ladder, terms.minimumRate()) : new BestQuant(List.of());
    FitQuestion chosen =
        quants
            .best()
            .or(quants::nearest)
            .map(choice -> asked.withWeights(choice.rung().mix()))
            .orElse(asked);
    LongestContext contexts = LongestContext.of(chosen, caches(names), terms.minimumRate());
    return new Answer(
        FormatsAdvice.of(chosen, terms, quants, contexts, limit),
        AdviceJson.of(chosen, terms, quants, contexts));
  }

  /** The format asked for and those that llama.cpp users shrink a cache to. */
  private List<CacheFormat> caches(Names names) {
    List<CacheFormat> formats = new ArrayList<>(List.of(names.cache(kv.split(",", -1)[0].strip())));
    for (String name : List.of("f16", "q8_0", "q4_0")) {
      CacheFormat format = names.cache(name);
      if (formats.stream().noneMatch(known -> known.id().equals(format.id()))) {
        formats.add(format);
      }
    }
    return formats;
  }

  private void check() {
    if (upgrade && model != null) {
      throw CommandFailure.badArgument(
          "--upgrade is asked of a device, not of a model; leave --model out");
    }
    if (limit < 1) {
      throw CommandFailure.badArgument("--limit is %d; wanted at least 1".formatted(limit));
    }
    if (cards < 1 || cards > 8) {
      throw CommandFailure.badArgument("--cards is %d; wanted 1 to 8".formatted(cards));
    }
    if (bandwidth != null && !(bandwidth > 0 && bandwidth < 1e6)) {
      throw CommandFailure.badArgument(
          "--ram-bandwidth is %s; wanted GB/s, for example 60".formatted(bandwidth));
    }
  }

  private Terms terms(Names names) {
    List<CacheFormat> cache =
        List.of(kv.split(",", -1)).stream().map(name -> names.cache(name.strip())).toList();
    if (cache.size() > 2) {
      throw CommandFailure.badArgument("--kv is '%s'; wanted K or K,V".formatted(kv));
    }
    try {
      return new Terms(
          context,
          cache.getFirst(),
          cache.getLast(),
          minimumRate == null ? OptionalDouble.empty() : OptionalDouble.of(minimumRate));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--" + e.getMessage());
    }
  }

  private GgufMix floor() {
    String asked = floor == null ? quant : floor;
    return asked == null ? Ladder.USUAL_FLOOR : Names.mix(asked);
  }

  /** What people download most, or the only format a model is published in. */
  private static String ownMix(CatalogueModel model, Catalogue catalogue) {
    Ladder ladder = Ladder.of(model, catalogue);
    return ladder.rungs().size() == 1 ? ladder.rungs().getFirst().mix().id() : USUAL_QUANT;
  }

  private Machine machine(Names names, Catalogue catalogue) {
    Optional<Bytes> stated = memory();
    if (devices.isEmpty() || devices.equals(List.of(THIS))) {
      Machine own =
          OwnMachine.of(
              HardwareProbe.read(),
              catalogue,
              Optional.ofNullable(bandwidth).map(Bandwidth::ofGigabytesPerSecond));
      return stated.map(bytes -> withMemory(own, bytes)).orElse(own);
    }
    List<Card> all =
        devices.stream().map(id -> Card.of(names.device(id.strip()).device())).toList();
    Machine machine = new Machine(all, Host.UNKNOWN);
    return stated.map(bytes -> withMemory(machine, bytes)).orElse(machine);
  }

  private static Machine withMemory(Machine machine, Bytes memory) {
    List<Card> all = new ArrayList<>(machine.cards());
    all.set(0, new Card(machine.first().device(), Optional.of(memory)));
    return new Machine(all, machine.host());
  }

  private Optional<Bytes> memory() {
    if (memory == null) {
      return Optional.empty();
    }
    Optional<Bytes> parsed = SizeText.parse(memory);
    if (parsed.isEmpty()) {
      throw CommandFailure.badArgument(
          "--memory is '%s'; wanted an amount such as 32GiB".formatted(memory));
    }
    return parsed;
  }
}
