package headroom.agent.cli;

import headroom.advise.Terms;
import headroom.advise.Upgrades;
import headroom.device.Machine;
import headroom.quant.GgufMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What one change to a machine would bring. */
final class UpgradesAdvice {
  private UpgradesAdvice() {}

  /** What one change would bring, with the models. */
  static String of(Machine machine, Terms terms, GgufMix floor, Upgrades upgrades, int limit) {
    List<String> parts = new ArrayList<>();
    parts.add(AdviceWords.machine(machine));
    parts.add(
        "%d models run on it today %s, as %s or better."
            .formatted(upgrades.today().all().size(), AdviceWords.wish(terms), floor));
    if (upgrades.rows().isEmpty()) {
      parts.add("The catalogue knows no next step for it.");
    }
    for (Upgrades.Row row : upgrades.rows()) {
      StringBuilder text = new StringBuilder("With " + row.what());
      row.device()
          .flatMap(device -> device.price())
          .ifPresent(
              price ->
                  text.append(
                      String.format(Locale.ROOT, " ($%,.0f at launch)", price.launchUsd())));
      text.append(
          ":\n  %d models more, %d in a better format%s"
              .formatted(row.gained().size(), row.better().size(), faster(row.faster())));
      if (!row.gained().isEmpty()) {
        text.append("\n")
            .append(
                ModelsAdvice.table(row.gained(), false, limit, new Sources())
                    .indent(2)
                    .stripTrailing());
      }
      parts.add(text.toString());
    }
    return AdviceWords.join(parts);
  }

  private static String faster(OptionalDouble factor) {
    return factor.isEmpty()
        ? ""
        : String.format(Locale.ROOT, ", × %.2f speed for what runs already", factor.getAsDouble());
  }
}
