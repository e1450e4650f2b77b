package headroom.agent.hardware;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads the operating system's files and tools; whatever cannot be read is empty. */
final class SystemFiles {
  private final Path root;

  /**
   * @param root where {@code /proc} and {@code /sys} hang, so that a captured tree can be read
   */
  SystemFiles(Path root) {
    this.root = root;
  }

  /** The text of this file, for example {@code sys/fs/cgroup/cpu.max}. */
  Optional<String> text(String file) {
    try {
      return Optional.of(Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** For each folder below {@code parent} whose name matches, the named files that it has. */
  List<Map<String, String>> folders(String parent, String glob, String... files) {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(root.resolve(parent), glob)) {
      listing.forEach(folders::add);
    } catch (IOException e) {
      return List.of();
    }
    return folders.stream()
        .sorted()
        .map(
            folder -> {
              Map<String, String> content = new LinkedHashMap<>();
              Arrays.stream(files)
                  .forEach(
                      file ->
                          text(root.relativize(folder.resolve(file)).toString())
                              .ifPresent(text -> content.put(file, text)));
              return content;
            })
        .toList();
  }

  /** What the group of this process and its ancestors allow together. */
  ContainerLimits containerLimits() {
    // "0::/path" is the one line of cgroup v2 in /proc/self/cgroup.
    String path =
        text("proc/self/cgroup")
            .orElse("")
            .lines()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> line.substring("0::/".length()))
            .findFirst()
            .orElse("");
    ContainerLimits limits = ContainerLimits.NONE;
    Path group = Path.of("sys/fs/cgroup").resolve(path);
    while (group != null && group.startsWith("sys/fs/cgroup")) {
      limits =
          limits.and(
              ContainerLimits.parse(
                  text(group.resolve("cpu.max").toString()).orElse("max"),
                  text(group.resolve("memory.max").toString()).orElse("max")));
      group = group.getParent();
    }
    return limits;
  }

  /** Standard output of a tool; empty where it is not there, fails or takes over five seconds. */
  static Optional<String> output(List<String> command) {
    try {
      Path output = Files.createTempFile("headroom-probe", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return Optional.empty();
        }
        return process.exitValue() == 0 ? Optional.of(Files.readString(output)) : Optional.empty();
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
