package headroom.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TomlFolderTest {
  /** What the files of these tests hold. */
  public record Thing(String id, String name, Optional<String> colour, List<Integer> sizes) {
    public Thing {
      Range.text("name", name);
      for (int size : sizes) {
        Range.between("sizes", 1, 9, size);
      }
    }
  }

  /** A class to be loaded from a jar. */
  public static final class Anchor {}

  @Test
  void filesOfAJarAreFoundThoughItHasNoEntriesForFolders(@TempDir Path directory) throws Exception {
    Path jar = directory.resolve("things in a jar.jar");
    String anchor = Anchor.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      entry(out, anchor, bytesOf(anchor));
      entry(out, "things/b.toml", "name = \"Bee\"".getBytes(UTF_8));
      entry(out, "things/a.toml", "name = \"Ay\"\nsizes = [1, 2]".getBytes(UTF_8));
      entry(out, "things/deeper/c.toml", "name = \"Sea\"".getBytes(UTF_8));
      entry(out, "things/readme.txt", "not a thing".getBytes(UTF_8));
      entry(out, "otherthings/d.toml", "name = \"Dee\"".getBytes(UTF_8));
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Class<?> inJar = loader.loadClass(Anchor.class.getName());
      assertThat(new TomlFolder(inJar, "things").read(Thing.class).values())
          .containsExactly(
              new Thing("a", "Ay", Optional.empty(), List.of(1, 2)),
              new Thing("b", "Bee", Optional.empty(), List.of()));
    }
  }

  @Test
  void filesOfADirectoryAreFound(@TempDir Path directory) throws Exception {
    Path root = directory.resolve("classes with spaces");
    String anchor = Anchor.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(root.resolve(anchor).getParent());
    Files.write(root.resolve(anchor), bytesOf(anchor));
    Files.createDirectories(root.resolve("things"));
    Files.writeString(root.resolve("things/a.toml"), "name = \"Ay\"\ncolour = \"red\"");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {root.toUri().toURL()}, null)) {
      Class<?> inDirectory = loader.loadClass(Anchor.class.getName());
      assertThat(new TomlFolder(inDirectory, "things").read(Thing.class))
          .containsOnlyKeys("a")
          .containsValue(new Thing("a", "Ay", Optional.of("red"), List.of()));
      assertThatThrownBy(() -> new TomlFolder(inDirectory, "nothings").read(Thing.class))
          .isInstanceOf(CatalogueException.class)
          .hasMessageStartingWith("nothings: no such folder beside ");
    }
  }

  @Test
  void unknownKeyIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> read("name = \"Ay\"\ncolor = \"red\""))
        .isInstanceOf(CatalogueException.class)
        .hasMessage(
            "things/a.toml: key 'color' is unknown; wanted one of [colour, id, name, sizes]");
  }

  @Test
  void valueOfTheWrongTypeNamesItsKey() {
    assertThatThrownBy(() -> read("name = \"Ay\"\nsizes = [1, \"two\"]"))
        .hasMessageStartingWith("things/a.toml: key 'sizes.[1]': ")
        .hasMessageContaining("two");
  }

  @Test
  void valueOutOfRangeNamesWhatWasWanted() {
    assertThatThrownBy(() -> read("name = \"Ay\"\nsizes = [10]"))
        .hasMessage("things/a.toml: sizes is 10.0; wanted 1.0 to 9.0");
  }

  @Test
  void missingKeyIsNamed() {
    assertThatThrownBy(() -> read("colour = \"red\""))
        .hasMessage("things/a.toml: name is missing; wanted a text");
  }

  @Test
  void idInTheFileIsRefused() {
    assertThatThrownBy(() -> read("id = \"a\"\nname = \"Ay\""))
        .hasMessage("things/a.toml: key 'id' must not stand in the file; the file name is the id");
  }

  @Test
  void brokenTomlSaysSo() {
    assertThatThrownBy(() -> read("name = \"Ay"))
        .isInstanceOf(CatalogueException.class)
        .hasMessageMatching("things/a\\.toml: line 1, column \\d+ is not TOML: .+");
  }

  @Test
  void duplicateKeyIsRefused() {
    assertThatThrownBy(() -> read("name = \"Ay\"\nname = \"Bee\""))
        .isInstanceOf(CatalogueException.class)
        .hasMessageMatching("things/a\\.toml: line 2, column \\d+ is not TOML: Duplicate key");
  }

  @Test
  void tablesOfTheCatalogueRefuseWhatCannotBe() {
    assertThatThrownBy(
            () ->
                TomlReader.read(
                    "devices",
                    "x",
                    """
                    name = "X"
                    vendor = "V"
                    kind = "discrete-gpu"
                    release_year = 2020
                    sources = ["s"]
                    [memory]
                    type = "GDDR6"
                    unified = false
                    bandwidth_gb_per_s = -3.0
                    """,
                    CatalogueDevice.class))
        .hasMessage(
            "devices/x.toml: key 'memory': bandwidth_gb_per_s is -3.0; wanted a finite number above 0");
  }

  private static Thing read(String text) {
    return TomlReader.read("things", "a", text, Thing.class);
  }

  private static byte[] bytesOf(String resource) throws IOException {
    try (InputStream in = TomlFolderTest.class.getResourceAsStream("/" + resource)) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    }
  }

  private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }
}
