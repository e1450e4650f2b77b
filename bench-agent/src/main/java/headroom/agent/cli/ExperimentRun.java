package headroom.agent.cli;

import headroom.agent.experiment.Experiment;
import headroom.agent.experiment.Experiments;
import headroom.agent.experiment.NotForThisModelException;
import headroom.agent.experiment.Row;
import headroom.agent.experiment.Setting;
import headroom.agent.json.RunJson;
import headroom.inference.LoadOptions;
import headroom.inference.evaluation.TextTooShortException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A technique of a paper, tried on a model.
 *
 * @param slug its name, or {@link #LIST}
 * @param text file to predict; null for a story that comes with the program
 * @param json true to print JSON
 * @param out for the result
 * @param messages for what happens on the way
 */
record ExperimentRun(
    String slug, @Nullable Path text, boolean json, PrintWriter out, PrintWriter messages) {
  /** Lists the techniques instead. */
  static final String LIST = "list";

  boolean listed() {
    if (!slug.equals(LIST)) {
      return false;
    }
    TextTable table = TextTable.of("experiment", "what it tries", "paper");
    for (Experiment experiment : Experiments.ALL) {
      table.row(experiment.slug(), experiment.title(), experiment.link());
    }
    out.println(table);
    return true;
  }

  /** Refuses a name that is none before anything is loaded. */
  Experiment experiment() {
    return Experiments.find(slug)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    "--experiment is '%s'; wanted %s or %s"
                        .formatted(
                            slug,
                            Experiments.ALL.stream()
                                .map(Experiment::slug)
                                .collect(Collectors.joining(", ")),
                            LIST)));
  }

  void run(Path model, LoadOptions options) throws IOException {
    Experiment experiment = experiment();
    Path folder = Files.createTempDirectory("headroom-experiment");
    try (Setting setting = new Setting(model, content(), options, folder)) {
      messages.println(
          "%s with %s, contexts of %d tokens"
              .formatted(experiment.slug(), model.getFileName(), setting.context()));
      setting.warmUp();
      List<Row> rows = experiment.trial().run(setting);
      ExperimentReport report =
          new ExperimentReport(
              experiment,
              String.valueOf(model.getFileName()),
              setting.context(),
              setting.randomWeights(),
              rows);
      out.println(json ? RunJson.mapper().writeValueAsString(report.json()) : report.text());
    } catch (TextTooShortException e) {
      throw CommandFailure.failed(
          "%s: %s".formatted(text == null ? "the program's story" : text, e.getMessage()));
    } catch (NotForThisModelException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    } finally {
      delete(folder);
    }
  }

  private String content() throws IOException {
    if (text != null) {
      Path file = new PathArgument("--text", text).file("a text in UTF-8", PathArgument.TEXT);
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
    try (InputStream story =
        Objects.requireNonNull(Experiments.class.getResourceAsStream("text.txt"))) {
      return new String(story.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
