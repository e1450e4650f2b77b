package headroom.agent.cli;

import headroom.agent.files.Folders;
import headroom.agent.upload.SentMarks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends run files. */
@Command(
    name = "upload",
    description = {
      "Send run files to a site; sending one twice is one run.",
      "Without files it sends every run kept on this machine that the site has not acknowledged."
    })
final class UploadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  private final Folders folders;

  @Parameters(paramLabel = "RUN.json", arity = "0..*", description = "Run files of 'bench'.")
  private List<Path> files = List.of();

  @Option(
      names = {"--site", "--upload"},
      paramLabel = "URL",
      description = "The site. Default: HEADROOM_SITE, else http://localhost:8080.")
  private @Nullable String site;

  @Mixin private KeyOption key;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  UploadCommand(Folders folders) {
    this.folders = folders;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    URI address = SiteAddress.of(site);
    for (Path file : files) {
      new PathArgument("RUN.json", file).file("a run file of 'bench'", PathArgument.JSON);
    }
    List<Path> toSend = files.isEmpty() ? SentMarks.unsent(folders.runs(), address) : files;
    if (toSend.isEmpty()) {
      spec.commandLine()
          .getOut()
          .println("Nothing to send: %s has every run in %s.".formatted(address, folders.runs()));
      return 0;
    }
    Sending sending =
        new Sending(spec.commandLine(), spec.commandLine().getOut(), address, key.value(), folders);
    boolean all = true;
    for (Path file : toSend) {
      all &= sending.send(file);
    }
    return all ? 0 : CommandFailure.FAILED;
  }
}
