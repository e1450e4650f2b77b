package headroom.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A resource folder of TOML files, one thing per file, found beside a class wherever that class was
 * loaded from: a folder, a jar, a shaded jar or a jar inside a Spring Boot jar.
 *
 * @param anchor a class of the same jar or classes folder
 * @param path folder from the root of the class path, for example {@code headroom/catalogue/models}
 */
public record TomlFolder(Class<?> anchor, String path) {
  private static final String SUFFIX = ".toml";

  /**
   * Reads every file as one {@code T}, whose {@code id} is the file name without {@code .toml}.
   *
   * @return id to thing, in order of ids
   * @throws CatalogueException where the folder is missing or empty, or a file cannot be read as a
   *     {@code T}: an unknown key, a missing one, a value out of range
   */
  public <T> Map<String, T> read(Class<T> type) {
    Map<String, T> things = new LinkedHashMap<>();
    texts().forEach((id, text) -> things.put(id, TomlReader.read(path, id, text, type)));
    return things;
  }

  /** Id to text of every file, in order of ids. */
  Map<String, String> texts() {
    try {
      URL home = home();
      URLConnection connection = home.openConnection();
      Map<String, String> texts =
          connection instanceof JarURLConnection jar
              ? fromJar(jar)
              : fromDirectory(Path.of(home.toURI()));
      if (texts.isEmpty()) {
        throw new CatalogueException(
            path, "no %s files beside %s; wanted at least one".formatted(SUFFIX, home), null);
      }
      return texts;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (URISyntaxException notAPath) {
      throw new CatalogueException(path, "not a folder: " + notAPath.getMessage(), notAPath);
    }
  }

  // The class file itself is looked up, not the folder: jars may lack entries for folders.
  private URL home() {
    String name = "/" + anchor.getName().replace('.', '/') + ".class";
    URL url = anchor.getResource(name);
    if (url == null) {
      throw new CatalogueException(path, "class file " + name + " is not on the class path", null);
    }
    return url;
  }

  // java.net's own jar handler and Spring Boot's nested one both answer with a JarFile.
  private Map<String, String> fromJar(JarURLConnection connection) throws IOException {
    connection.setUseCaches(false);
    Map<String, String> texts = new TreeMap<>();
    try (JarFile jar = connection.getJarFile()) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (name.startsWith(path + "/") && isDirectChild(name)) {
          try (InputStream in = jar.getInputStream(entry)) {
            texts.put(idOf(name), new String(in.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return texts;
  }

  private boolean isDirectChild(String name) {
    return name.endsWith(SUFFIX) && name.indexOf('/', path.length() + 1) < 0;
  }

  private Map<String, String> fromDirectory(Path classFile) throws IOException {
    Path root = classFile;
    for (int up = anchor.getName().split("\\.", -1).length; up > 0 && root != null; up--) {
      root = root.getParent();
    }
    Path folder = root == null ? Path.of(path) : root.resolve(path);
    if (!Files.isDirectory(folder)) {
      throw new CatalogueException(path, "no such folder beside " + classFile, null);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> listed = Files.list(folder)) {
      listed.filter(file -> file.toString().endsWith(SUFFIX)).forEach(files::add);
    }
    Map<String, String> texts = new TreeMap<>();
    for (Path file : files) {
      texts.put(idOf(file.getFileName().toString()), Files.readString(file));
    }
    return texts;
  }

  private static String idOf(String name) {
    return name.substring(name.lastIndexOf('/') + 1, name.length() - SUFFIX.length());
  }
}
