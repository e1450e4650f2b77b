package headroom.agent.cli;

import headroom.agent.files.Folders;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * A command that has run in this process.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record CommandRun(int code, String out, String err) {

  /** Runs a command whose files lie below this folder. */
  static CommandRun of(Path home, String... arguments) {
    CommandLine line =
        Headroom.commandLine(
            new Folders(home.resolve("cache"), home.resolve("data"), home.resolve("config")));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }
}
