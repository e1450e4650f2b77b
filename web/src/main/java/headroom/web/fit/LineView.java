package headroom.web.fit;

import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.paper.PaperCatalogue;
import java.util.List;
import java.util.Locale;

/**
 * One amount of memory as the page shows it.
 *
 * @param what for people
 * @param tone class of its colour in the bar
 * @param bytes in binary units
 * @param exact in bytes
 * @param formula with the numbers put in
 * @param source of the formula
 */
record LineView(
    String what,
    String tone,
    String bytes,
    String exact,
    String formula,
    List<SourceText.Part> source) {

  static List<LineView> of(FitReport report, MemoryLine.Place place, PaperCatalogue papers) {
    return report.memory().lines().stream()
        .filter(line -> line.place().equals(place))
        .map(
            line ->
                new LineView(
                    Character.toUpperCase(line.what().charAt(0)) + line.what().substring(1),
                    MemoryBar.tone(line.quantity()),
                    line.bytes().toString(),
                    String.format(Locale.ROOT, "%,d B", line.bytes().value()),
                    line.formula(),
                    SourceText.parts(line.source(), papers)))
        .toList();
  }
}
