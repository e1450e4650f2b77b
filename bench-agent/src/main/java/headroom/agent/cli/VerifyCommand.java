package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.agent.verify.Verification;
import headroom.agent.verify.VerifiedFile;
import headroom.agent.verify.VerifiedFile.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds the engine against golden outputs. */
@Command(
    name = "verify",
    description = {
      "Hold the engine against a folder of golden outputs: a row per file.",
      "Exit code 1 where one lies past its tolerance; what the engine does not support is listed and is no failure."
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "Folder with *.json beside what they describe.")
  private Path folder;

  @Mixin private EngineOptions engine;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  VerifyCommand() {}

  @Override
  public Integer call() throws IOException {
    new PathArgument("FOLDER", folder)
        .folder("a folder of golden outputs, *.json beside what they describe");
    PrintWriter out = spec.commandLine().getOut();
    List<VerifiedFile> files = new Verification(folder, engine.loadOptions()).run(_ -> {});
    if (files.isEmpty()) {
      throw CommandFailure.failed(
          "%s holds no golden file; wanted *.json with prompt_ids, cases, vocab_file, blocks_hex or u16_hex"
              .formatted(folder));
    }
    out.println(json ? RunJson.mapper().writeValueAsString(tree(files)) : text(files));
    return files.stream().anyMatch(file -> file.status() == Status.FAIL)
        ? CommandFailure.FAILED
        : 0;
  }

  private static String text(List<VerifiedFile> files) {
    TextTable table = TextTable.of("file", "kind", "status", ">max", ">rms", ">greedy", "");
    for (VerifiedFile file : files) {
      table.row(
          file.file(),
          lower(file.kind()),
          lower(file.status()),
          number(file.maxAbs()),
          number(file.rms()),
          file.greedyAgreed().isPresent() ? "" + file.greedyAgreed().getAsInt() : "",
          file.reason().orElse(""));
    }
    return "%s%n%n%d pass, %d fail, %d unsupported"
        .formatted(
            table,
            count(files, Status.PASS),
            count(files, Status.FAIL),
            count(files, Status.UNSUPPORTED));
  }

  private static ObjectNode tree(List<VerifiedFile> files) {
    ObjectNode tree = RunJson.mapper().createObjectNode();
    ArrayNode rows = tree.putArray("files");
    for (VerifiedFile file : files) {
      ObjectNode row = rows.addObject();
      row.put("file", file.file())
          .put("kind", lower(file.kind()))
          .put("status", lower(file.status()));
      file.maxAbs().ifPresent(value -> row.put("maxAbs", value));
      file.rms().ifPresent(value -> row.put("rms", value));
      file.greedyAgreed().ifPresent(value -> row.put("greedyAgreed", value));
      file.reason().ifPresent(value -> row.put("reason", value));
    }
    return tree;
  }

  private static long count(List<VerifiedFile> files, Status status) {
    return files.stream().filter(file -> file.status() == status).count();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.2g", value.getAsDouble()) : "";
  }
}
