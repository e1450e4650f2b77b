package headroom.agent.cli;

import headroom.agent.bench.ForkFailedException;
import headroom.agent.files.Folders;
import headroom.agent.json.NotARunException;
import headroom.catalogue.CatalogueException;
import headroom.gguf.GgufFormatException;
import headroom.inference.ModelFormatException;
import headroom.inference.codec.UnsupportedFormatException;
import headroom.inference.decode.PromptCacheException;
import headroom.inference.jinja.TemplateException;
import headroom.inference.kvcache.CacheFormatException;
import headroom.inference.quantize.QuantizationException;
import headroom.inference.synthesis.SynthesisException;
import headroom.inference.token.VocabularyException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into one line for the user; a stack trace goes to a log file only. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Folders folders;

  Failures(Folders folders) {
    this.folders = folders;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("headroom: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    return CommandFailure.BAD_ARGUMENTS;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (e instanceof CommandFailure failure) {
      err.println("headroom: " + failure.getMessage());
      return failure.exitCode();
    }
    err.println("headroom: " + known(e).orElseGet(() -> unexpected(e, parsed.originalArgs())));
    return CommandFailure.FAILED;
  }

  private static Optional<String> known(Throwable e) {
    return switch (e) {
      case UncheckedIOException io when io.getCause() != null -> known(io.getCause());
      case NoSuchFileException missing -> Optional.of("no such file: " + missing.getFile());
      case AccessDeniedException denied -> Optional.of("no access to " + denied.getFile());
      case FileSystemException files -> Optional.of(message(files));
      case IOException io -> Optional.of(message(io));
      case GgufFormatException gguf -> Optional.of(message(gguf));
      case ModelFormatException model -> Optional.of(message(model));
      case VocabularyException vocabulary -> Optional.of(message(vocabulary));
      case UnsupportedFormatException format -> Optional.of(message(format));
      case CacheFormatException cache -> Optional.of(message(cache));
      case PromptCacheException prompt -> Optional.of(message(prompt));
      case TemplateException template -> Optional.of(message(template));
      case QuantizationException quantization -> Optional.of(message(quantization));
      case SynthesisException synthesis -> Optional.of(message(synthesis));
      case CatalogueException catalogue -> Optional.of(message(catalogue));
      case ForkFailedException fork -> Optional.of(message(fork));
      case NotARunException run -> Optional.of(message(run));
      case InterruptedException _ -> Optional.of("interrupted");
      default -> Optional.empty();
    };
  }

  private static String message(Throwable e) {
    return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
  }

  private String unexpected(Exception e, List<String> arguments) {
    StringWriter text = new StringWriter();
    text.write("headroom %s, %s, %s%n".formatted(Version.text(), Instant.now(), arguments));
    text.write(
        "Java %s on %s %s%n"
            .formatted(
                System.getProperty("java.vm.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
    e.printStackTrace(new PrintWriter(text, true));
    Path log = folders.logs().resolve("failure-%d.log".formatted(System.currentTimeMillis()));
    try {
      Files.createDirectories(folders.logs());
      Files.writeString(log, text.toString());
    } catch (IOException unwritable) {
      return "unexpected failure: %s (no log could be written to %s: %s)"
          .formatted(message(e), log, message(unwritable));
    }
    return "unexpected failure: %s; details in %s".formatted(message(e), log);
  }
}
