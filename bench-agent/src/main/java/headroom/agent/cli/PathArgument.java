package headroom.agent.cli;

import headroom.catalogue.NearestNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A path that the user gave, held against what a command wants there before it does anything.
 *
 * @param name the option or parameter that it came with
 * @param path as the user wrote it
 */
record PathArgument(String name, Path path) {
  /** What the engine and the calculator read. */
  static final String GGUF = ".gguf";

  /** What runs and cases are kept in. */
  static final String JSON = ".json";

  /** What is predicted. */
  static final String TEXT = ".txt";

  private static final int NEAREST = 3;

  /**
   * The path of a file that can be read.
   *
   * @param wanted what is to be in it, for people
   * @param ending of names that are suggested in its place
   */
  Path file(String wanted, String ending) {
    if (Files.isDirectory(path)) {
      List<String> names = names(path, ending, "");
      throw refused(
          "a folder",
          wanted,
          names.isEmpty()
              ? "the folder holds no %s file".formatted(ending)
              : "give one of its own, such as " + String.join(", ", names));
    }
    if (!Files.exists(path)) {
      throw refused("which is not there", wanted, besides(ending));
    }
    if (!Files.isRegularFile(path)) {
      throw refused("which is no regular file", wanted, "copy what it holds to one");
    }
    return readable(wanted);
  }

  /**
   * The path of a folder that can be read.
   *
   * @param wanted what is to be in it, for people
   */
  Path folder(String wanted) {
    if (!Files.exists(path)) {
      throw refused("which is not there", wanted, besides(""));
    }
    if (!Files.isDirectory(path)) {
      throw refused("a file", wanted, "give the folder that it lies in: " + parent());
    }
    return readable(wanted);
  }

  /** The path of a file to write, in a folder that is there. */
  Path target() {
    Path into = targetInAnyFolder();
    if (!Files.isDirectory(parent())) {
      throw refused(
          "in a folder that is not there",
          "the name of a file to write",
          "make the folder first: mkdir -p " + parent());
    }
    return into;
  }

  /** The same for what makes the folders that are not there. */
  Path targetInAnyFolder() {
    String wanted = "the name of a file to write";
    if (Files.isDirectory(path)) {
      throw refused("a folder", wanted, "add a name to it");
    }
    @Nullable Path above = path.toAbsolutePath().getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above != null && !Files.isDirectory(above)) {
      throw refused("below the file '%s'".formatted(above.getFileName()), wanted, "name a folder");
    }
    if (above != null && !Files.isWritable(above)) {
      throw refused(
          "where you may not write", wanted, "take another folder than %s".formatted(above));
    }
    return path;
  }

  private Path readable(String wanted) {
    if (!Files.isReadable(path)) {
      throw refused("which you may not read", wanted, "ask its owner for the right to read it");
    }
    return path;
  }

  private Path parent() {
    Path parent = path.getParent();
    return parent == null ? Path.of(".") : parent;
  }

  /** What lies where the path was looked for. */
  private String besides(String ending) {
    if (!Files.isDirectory(parent())) {
      return "there is no folder '%s'".formatted(parent());
    }
    String asked = String.valueOf(path.getFileName());
    List<String> names = asked.endsWith(ending) ? names(parent(), ending, asked) : List.of();
    return names.isEmpty()
        ? "look where it lies, or at how it is spelled"
        : "nearest there: " + String.join(", ", names);
  }

  private static List<String> names(Path folder, String ending, String asked) {
    try (Stream<Path> all = Files.list(folder)) {
      List<String> names =
          all.filter(file -> !ending.isEmpty() && Files.isRegularFile(file))
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(ending))
              .sorted()
              .toList();
      return asked.isEmpty()
          ? names.subList(0, Math.min(NEAREST, names.size()))
          : NearestNames.among(names, Function.identity(), asked, NEAREST);
    } catch (IOException e) {
      return List.of(); // The path is refused as it is; this would only have helped.
    }
  }

  private CommandFailure refused(String found, String wanted, String advice) {
    return CommandFailure.badArgument(
        "%s is '%s', %s; wanted %s; %s".formatted(name, path, found, wanted, advice));
  }
}
