package headroom.agent.cli;

import headroom.agent.files.Folders;
import headroom.agent.process.ChildJvm;
import headroom.agent.process.Relaunch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: one command for each thing it does. */
@Command(
    name = "headroom",
    description = "Which language models this machine can run, how fast, and why.",
    versionProvider = Version.class,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      FitCommand.class,
      AdviseCommand.class,
      ProbeCommand.class,
      SynthesizeCommand.class,
      QuantizeCommand.class,
      RunCommand.class,
      PerplexityCommand.class,
      BenchCommand.class,
      UploadCommand.class,
      VerifyCommand.class,
      KernelsCommand.class,
      AccuracyCommand.class,
      CalibrateCommand.class
    })
public final class Headroom implements Runnable {
  /** Commands that compute with the engine in their own process. */
  private static final Set<String> ENGINE_COMMANDS = Set.of("run", "verify", "perplexity");

  /** Makes {@code bench} such a command; without it, measuring processes of its own do that. */
  private static final String EXPERIMENT = "--experiment";

  @Spec private CommandSpec spec;

  @SuppressWarnings("unused") // picocli reads it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show what the command does and its options.")
  private boolean help;

  @SuppressWarnings("unused") // picocli reads it.
  @Option(
      names = "--version",
      versionHelp = true,
      description = "Show the version of this program and of Java.")
  private boolean version;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  Headroom() {}

  /** Runs a command and exits with 0, 1 (failed) or 2 (bad arguments). */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    boolean engine =
        arguments.length > 0
            && (ENGINE_COMMANDS.contains(arguments[0])
                || arguments[0].equals("bench") && List.of(arguments).contains(EXPERIMENT));
    System.exit(
        engine && !ChildJvm.isThisOne()
            ? Relaunch.run(Headroom.class, List.of(arguments))
            : commandLine(Folders.ofUser()).execute(arguments));
  }

  /** The whole command line; the tests run it in their own process. */
  static CommandLine commandLine(Folders folders) {
    Failures failures = new Failures(folders);
    CommandLine line =
        new CommandLine(new Headroom(), new CommandFactory(folders))
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setUsageHelpLongOptionsMaxWidth(28);
    line.setOut(new java.io.PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new java.io.PrintWriter(System.err, true, StandardCharsets.UTF_8));
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
