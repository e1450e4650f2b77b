package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Machine;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Everything an answer depends on. Knobs turn one question into another.
 *
 * @param model what is to run
 * @param weights how its weights are stored
 * @param machine where it is to run
 * @param contextLength tokens over all sequences together
 * @param keyFormat storage of cached keys
 * @param valueFormat storage of cached values
 * @param sequences parallel sequences
 * @param microBatch tokens computed at once in prefill ({@code n_ubatch}), llama.cpp's default 512
 * @param flashAttention true where attention never writes its score matrix
 * @param cacheWindow tokens kept by an eviction scheme instead of all, where one is on
 * @param speculation a draft's promise, where speculative decoding is on
 * @param engine the program that runs it
 * @param placement which part lies where
 * @param knobs what was turned, for the report
 * @param techniques what else papers change
 * @param companions what is loaded beside the model
 */
public record FitQuestion(
    ModelSpec model,
    WeightFormat weights,
    Machine machine,
    int contextLength,
    CacheFormat keyFormat,
    CacheFormat valueFormat,
    int sequences,
    int microBatch,
    boolean flashAttention,
    OptionalInt cacheWindow,
    Optional<Speculation> speculation,
    Engine engine,
    Placement placement,
    List<String> knobs,
    Techniques techniques,
    Companions companions) {

  public FitQuestion {
    knobs = List.copyOf(knobs);
    if (contextLength < 1) {
      throw new IllegalArgumentException("context is " + contextLength + "; wanted at least 1");
    }
    if (sequences < 1) {
      throw new IllegalArgumentException("parallel is " + sequences + "; wanted at least 1");
    }
    if (microBatch < 1) {
      throw new IllegalArgumentException("ubatch is " + microBatch + "; wanted at least 1");
    }
    if (cacheWindow.isPresent() && cacheWindow.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "cache window is " + cacheWindow.getAsInt() + " tokens; wanted at least 1");
    }
    if (placement.shares().size() > machine.cards().size()) {
      throw new IllegalArgumentException(
          "tensor split has %d shares; wanted at most one for each of the %d devices"
              .formatted(placement.shares().size(), machine.cards().size()));
    }
  }

  /** A question with llama.cpp's defaults: f16 cache, one sequence, ubatch 512, flash attention. */
  public static FitQuestion of(
      ModelSpec model, WeightFormat weights, Device device, int contextLength) {
    return new FitQuestion(
        model,
        weights,
        Machine.of(device),
        contextLength,
        CacheFormat.F16,
        CacheFormat.F16,
        1,
        512,
        true,
        OptionalInt.empty(),
        Optional.empty(),
        Engine.LLAMA_CPP,
        Placement.ALL_ON_CARDS,
        List.of(),
        Techniques.NONE,
        Companions.NONE);
  }

  /** The device that has the first layers. */
  public Device device() {
    return machine.first().device();
  }

  /** Memory stated for that device in place of its nominal one. */
  public Optional<Bytes> deviceMemory() {
    return machine.first().statedMemory();
  }

  /** The same question about other weights. */
  public FitQuestion withWeights(WeightFormat other) {
    return with(draft -> draft.weights = other);
  }

  /** The same question at another context. */
  public FitQuestion withContextLength(int tokens) {
    return with(draft -> draft.contextLength = tokens);
  }

  /** The same question with this much memory on the first device in place of its own. */
  public FitQuestion withDeviceMemory(Bytes memory) {
    List<Card> cards = new ArrayList<>(machine.cards());
    cards.set(0, new Card(device(), Optional.of(memory)));
    return withMachine(new Machine(cards, machine.host()));
  }

  /** The same question on another machine. */
  public FitQuestion withMachine(Machine other) {
    return with(draft -> draft.machine = other);
  }

  /** The same question for another model. */
  public FitQuestion withModel(ModelSpec other) {
    return with(draft -> draft.model = other);
  }

  /** The same question for another engine. */
  public FitQuestion withEngine(Engine other) {
    return with(draft -> draft.engine = other);
  }

  /** The same question with the model laid out otherwise. */
  public FitQuestion withPlacement(Placement other) {
    return with(draft -> draft.placement = other);
  }

  /** The same question with another storage of keys and values. */
  public FitQuestion withCache(CacheFormat keys, CacheFormat values) {
    return with(
        draft -> {
          draft.keyFormat = keys;
          draft.valueFormat = values;
        });
  }

  /** The same question for this many parallel sequences. */
  public FitQuestion withSequences(int parallel) {
    return with(draft -> draft.sequences = parallel);
  }

  /** The same question with another micro-batch. */
  public FitQuestion withMicroBatch(int tokens) {
    return with(draft -> draft.microBatch = tokens);
  }

  /** The same question with flash attention on or off. */
  public FitQuestion withFlashAttention(boolean on) {
    return with(draft -> draft.flashAttention = on);
  }

  /** The same question with at most this many tokens kept per sequence. */
  public FitQuestion withCacheWindow(int tokens) {
    return with(draft -> draft.cacheWindow = OptionalInt.of(tokens));
  }

  /** The same question with a draft's promise. */
  public FitQuestion withSpeculation(Speculation promise) {
    return with(draft -> draft.speculation = Optional.of(promise));
  }

  /** The same question with one more knob named in the report. */
  public FitQuestion withKnob(String slug) {
    List<String> turned = Stream.concat(knobs.stream(), Stream.of(slug)).distinct().toList();
    return with(draft -> draft.knobs = turned);
  }

  /** The same question with other techniques. */
  public FitQuestion withTechniques(UnaryOperator<Techniques> change) {
    return with(draft -> draft.techniques = change.apply(draft.techniques));
  }

  /** The same question with other things loaded beside the model. */
  public FitQuestion withCompanions(UnaryOperator<Companions> change) {
    return with(draft -> draft.companions = change.apply(draft.companions));
  }

  /** Tokens that one sequence may hold: the context divided by the sequences, rounded up. */
  public int contextPerSequence() {
    return Math.ceilDiv(contextLength, sequences);
  }

  /** The components of a question while one of them changes. */
  private static final class Draft {
    private ModelSpec model;
    private WeightFormat weights;
    private Machine machine;
    private int contextLength;
    private CacheFormat keyFormat;
    private CacheFormat valueFormat;
    private int sequences;
    private int microBatch;
    private boolean flashAttention;
    private OptionalInt cacheWindow;
    private Optional<Speculation> speculation;
    private Engine engine;
    private Placement placement;
    private List<String> knobs;
    private Techniques techniques;
    private Companions companions;

    Draft(FitQuestion from) {
      model = from.model;
      weights = from.weights;
      machine = from.machine;
      contextLength = from.contextLength;
      keyFormat = from.keyFormat;
      valueFormat = from.valueFormat;
      sequences = from.sequences;
      microBatch = from.microBatch;
      flashAttention = from.flashAttention;
      cacheWindow = from.cacheWindow;
      speculation = from.speculation;
      engine = from.engine;
      placement = from.placement;
      knobs = from.knobs;
      techniques = from.techniques;
      companions = from.companions;
    }
  }

  private FitQuestion with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new FitQuestion(
        draft.model,
        draft.weights,
        draft.machine,
        draft.contextLength,
        draft.keyFormat,
        draft.valueFormat,
        draft.sequences,
        draft.microBatch,
        draft.flashAttention,
        draft.cacheWindow,
        draft.speculation,
        draft.engine,
        draft.placement,
        draft.knobs,
        draft.techniques,
        draft.companions);
  }
}
