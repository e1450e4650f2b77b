package headroom.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model in one file or in parts named {@code NAME-00001-of-00003.gguf} (<a
 * href="https://github.com/ggml-org/ggml/blob/d99724f2/docs/gguf.md">naming</a>).
 */
public final class GgufParts {
  private static final Pattern NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");

  private GgufParts() {}

  /**
   * The headers of all parts, first part first, given any of them.
   *
   * @throws GgufFormatException where a part is missing or is not a sound GGUF file
   */
  public static List<GgufHeader> read(Path file) throws IOException {
    GgufHeader header = GgufReader.read(file);
    long count = header.metadata().findLong("split.count").orElse(1);
    if (count <= 1) {
      return List.of(header);
    }
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches() || Long.parseLong(name.group(3)) != count) {
      throw new GgufFormatException(
          header.source(),
          0,
          "found one of %d parts under this name; wanted NAME-00001-of-%05d.gguf, to find the others"
              .formatted(count, count));
    }
    List<GgufHeader> parts = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String sibling =
          String.format(Locale.ROOT, "%s-%05d-of-%s.gguf", name.group(1), i, name.group(3));
      Path part = file.resolveSibling(sibling);
      if (!Files.isRegularFile(part)) {
        throw new GgufFormatException(
            header.source(),
            0,
            "found no file %s beside it; wanted all %d parts".formatted(sibling, count));
      }
      parts.add(GgufReader.read(part));
    }
    return parts;
  }
}
