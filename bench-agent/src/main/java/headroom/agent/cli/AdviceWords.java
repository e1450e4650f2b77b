package headroom.agent.cli;

import headroom.advise.Terms;
import headroom.advise.Trial;
import headroom.device.Card;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the texts of advice have in common, at most 80 columns wide where names allow. */
final class AdviceWords {
  private static final int WIDTH = 80;

  private AdviceWords() {}

  static String machine(Machine machine) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    machine.cards().forEach(card -> counts.merge(card(card), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(one -> one.getValue() == 1 ? one.getKey() : one.getValue() + " × " + one.getKey())
        .collect(Collectors.joining(" + "));
  }

  private static String card(Card card) {
    String memory = card.memory().map(m -> gibibytes(m.gibibytes())).orElse("memory not known");
    String bandwidth =
        card.device().bandwidth().map(b -> b.toString()).orElse("bandwidth not known");
    return "%s (%s, %s)".formatted(card.device().name(), memory, bandwidth);
  }

  static String wish(Terms terms) {
    String cache =
        terms.keyFormat().equals(terms.valueFormat())
            ? terms.keyFormat().id()
            : terms.keyFormat().id() + "/" + terms.valueFormat().id();
    String context =
        String.format(
            Locale.ROOT, "in llama.cpp with %,d tokens of %s cache", terms.context(), cache);
    return terms.minimumRate().isEmpty()
        ? context
        : "at %s or more %s".formatted(new TokenRate(terms.minimumRate().getAsDouble()), context);
  }

  static String rate(Trial trial) {
    return trial.decode().map(speed -> speed.median().toString().replace(" tok/s", "")).orElse("–");
  }

  static String interval(Trial trial) {
    return trial
        .decode()
        .map(
            speed ->
                "%s to %s"
                    .formatted(
                        speed.low().toString().replace(" tok/s", ""),
                        speed.high().toString().replace(" tok/s", "")))
        .orElse("");
  }

  static String gibibytes(double size) {
    return size == Math.rint(size)
        ? String.format(Locale.ROOT, "%.0f GiB", size)
        : String.format(Locale.ROOT, "%.1f GiB", size);
  }

  static <T> List<T> head(List<T> rows, int limit) {
    return rows.subList(0, Math.min(limit, rows.size()));
  }

  static String more(int left) {
    return left > 0 ? "\nand %d more".formatted(left) : "";
  }

  /** How to see where the bytes go, and how to measure the speed. */
  static String commands(FitQuestion question, String which) {
    String cache =
        question.keyFormat().equals(question.valueFormat())
            ? question.keyFormat().id()
            : question.keyFormat().id() + "," + question.valueFormat().id();
    String fit =
        "./headroom fit --model %s --quant %s --device %s --context %d%s"
            .formatted(
                question.model().id(),
                question.weights().id(),
                question.machine().cards().stream()
                    .map(card -> card.device().id())
                    .collect(Collectors.joining(",")),
                question.contextLength(),
                cache.equals("f16") ? "" : " --kv " + cache);
    return which
        + ", byte by byte:\n"
        + Wrapped.command(fit)
        + SpeedCheck.command(question)
            .map(bench -> "\nand measured there:\n" + Wrapped.command(bench))
            .orElse("");
  }

  /** A name beside its answer. */
  record Named(String name, Trial trial) {}

  /** What holds the rows of a table back, those that differ from most by name. */
  static Optional<String> limiters(List<Named> rows) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (Named row : rows) {
      row.trial()
          .decode()
          .ifPresent(
              speed ->
                  names
                      .computeIfAbsent(
                          speed.limiter().startsWith("memory bandwidth")
                              ? "memory bandwidth"
                              : speed.limiter(),
                          key -> new ArrayList<>())
                      .add(row.name()));
    }
    return names.entrySet().stream()
        .max(Comparator.comparingInt(one -> one.getValue().size()))
        .map(
            most -> {
              StringBuilder text = new StringBuilder("Held back by ").append(most.getKey());
              names.forEach(
                  (limiter, held) -> {
                    if (!limiter.equals(most.getKey())) {
                      text.append("; %s by %s".formatted(String.join(", ", held), limiter));
                    }
                  });
              return text.append('.').toString();
            });
  }

  static String join(List<String> parts) {
    return parts.stream()
        .flatMap(part -> Stream.concat(part.lines().map(AdviceWords::wrapped), Stream.of("")))
        .collect(Collectors.joining(System.lineSeparator()))
        .stripTrailing();
  }

  /** Sentences are broken at spaces; rows of tables, which have runs of them, are left whole. */
  private static String wrapped(String line) {
    if (line.length() <= WIDTH || line.contains("  ")) {
      return line;
    }
    int space = line.lastIndexOf(' ', WIDTH);
    return space < 0
        ? line
        : line.substring(0, space) + System.lineSeparator() + wrapped(line.substring(space + 1));
  }
}
