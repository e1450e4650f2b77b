package headroom.web.fit;

import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.knob.Knob;
import headroom.knob.KnobKind;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import headroom.web.support.CommonMixes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The answers next to the one asked for: other weight formats, other contexts. */
final class Neighbours {
  private static final int SHORTEST_CONTEXT = 4096;
  private static final int USUAL_LONGEST_CONTEXT = 131_072;

  private Neighbours() {}

  /**
   * One answer beside.
   *
   * @param label what is different
   * @param href the calculator with that
   * @param current true where it is what was asked
   * @param amount the memory that changes
   * @param verdict whether it fits
   * @param decode tokens per second, {@code –} where none is predicted
   */
  record Row(
      String label,
      String href,
      boolean current,
      String amount,
      VerdictText verdict,
      String decode) {}

  /** Usual weight formats; knobs that set another one are left out, as they would undo it. */
  static List<Row> otherFormats(FitForm form) {
    if (form.remote()) {
      return List.of();
    }
    FitLink link = withoutWeightKnobs(form);
    boolean asAsked = link.equals(form.link());
    List<Row> rows = new ArrayList<>();
    for (GgufMix mix : CommonMixes.with(form.usual().orElse(GgufMix.Q4_K_M))) {
      FitQuestion question = form.plain().orElseThrow().withWeights(mix);
      boolean current = asAsked && form.question().orElseThrow().weights().equals(mix);
      rows.add(
          row(
              mix.id(),
              link.with("quant", mix.id()),
              current,
              turned(question, form),
              Quantity.WEIGHTS));
    }
    return rows;
  }

  /** Contexts from 4k, doubling, up to what the model was trained for. */
  static List<Row> otherContexts(FitForm form) {
    FitQuestion asked = form.question().orElseThrow();
    int longest = asked.model().maxContext().orElse(USUAL_LONGEST_CONTEXT);
    TreeSet<Integer> contexts = new TreeSet<>(List.of(asked.contextLength(), longest));
    for (long context = SHORTEST_CONTEXT; context < longest; context *= 2) {
      contexts.add((int) context);
    }
    List<Row> rows = new ArrayList<>();
    for (int context : contexts) {
      if (context > FitReader.LONGEST_CONTEXT) {
        continue;
      }
      FitQuestion question = form.plain().orElseThrow().withContextLength(context);
      for (KnobShelf.Entry entry : form.knobs()) {
        question = entry.knob().turn(question);
      }
      rows.add(
          row(
              String.format(Locale.ROOT, "%,d", context),
              form.link().with("context", Integer.toString(context)),
              context == asked.contextLength(),
              question,
              Quantity.KV));
    }
    return rows;
  }

  /** The address without knobs that would undo another weight format. */
  static FitLink withoutWeightKnobs(FitForm form) {
    return form.link().without("knob", weightKnobs(form));
  }

  /** Knobs that bring a weight format of their own. */
  private static List<String> weightKnobs(FitForm form) {
    return form.knobs().stream()
        .filter(Neighbours::setsWeights)
        .map(entry -> entry.knob().slug())
        .toList();
  }

  private static boolean setsWeights(KnobShelf.Entry entry) {
    return entry.kind() == KnobKind.WEIGHTS || entry.kind() == KnobKind.TRAINING;
  }

  private static FitQuestion turned(FitQuestion plain, FitForm form) {
    Stream<Knob> knobs =
        form.knobs().stream().filter(entry -> !setsWeights(entry)).map(KnobShelf.Entry::knob);
    FitQuestion question = plain;
    for (Knob knob : knobs.toList()) {
      question = knob.turn(question);
    }
    return question;
  }

  private static Row row(
      String label, FitLink link, boolean current, FitQuestion question, Quantity quantity) {
    FitReport report = Fit.answer(question);
    Bytes amount =
        report.memory().lines().stream()
            .filter(line -> line.place().isCard() && line.quantity() == quantity)
            .map(MemoryLine::bytes)
            .reduce(Bytes.ZERO, Bytes::plus);
    return new Row(
        label,
        link.href(),
        current,
        amount.toString(),
        VerdictText.of(report),
        report.decode().map(speed -> speed.median().toString().replace(" tok/s", "")).orElse("–"));
  }
}
