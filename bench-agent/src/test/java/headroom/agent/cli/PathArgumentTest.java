package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PathArgumentTest {
  @TempDir private Path home;

  @BeforeEach
  void writeFiles() throws IOException {
    for (String name : new String[] {"llama-3-8b.gguf", "phi-4.gguf", "notes.txt"}) {
      Files.writeString(home.resolve(name), "x");
    }
    Files.createDirectory(home.resolve("empty"));
  }

  @Test
  void whatIsThereIsTaken() {
    Path file = home.resolve("phi-4.gguf");
    assertThat(given("phi-4.gguf").file("a GGUF file", PathArgument.GGUF)).isEqualTo(file);
    assertThat(given("empty").folder("a folder")).isEqualTo(home.resolve("empty"));
    assertThat(given("phi-4.gguf").target()).isEqualTo(file);
    assertThat(given("new.gguf").target()).isEqualTo(home.resolve("new.gguf"));
    assertThat(given("no/such/new.json").targetInAnyFolder())
        .isEqualTo(home.resolve("no/such/new.json"));
  }

  @Test
  void missingFileComesWithTheNearestOfItsKind() {
    assertRefused(
        () -> given("llama3-8b.gguf").file("a GGUF file", PathArgument.GGUF),
        "--model is '%s/llama3-8b.gguf', which is not there; wanted a GGUF file; nearest there:"
            + " llama-3-8b.gguf, phi-4.gguf");
    assertRefused(
        () -> given("none.bin").file("a GGUF file", PathArgument.GGUF),
        "--model is '%s/none.bin', which is not there; wanted a GGUF file; look where it lies, or at"
            + " how it is spelled");
    assertRefused(
        () -> given("no/phi.gguf").file("a GGUF file", PathArgument.GGUF),
        "--model is '%s/no/phi.gguf', which is not there; wanted a GGUF file; there is no folder"
            + " '%1$s/no'");
  }

  @Test
  void folderInPlaceOfAFileComesWithItsFiles() {
    assertRefused(
        () -> given("").file("a GGUF file", PathArgument.GGUF),
        "--model is '%s', a folder; wanted a GGUF file; give one of its own, such as llama-3-8b.gguf,"
            + " phi-4.gguf");
    assertRefused(
        () -> given("empty").file("a GGUF file", PathArgument.GGUF),
        "--model is '%s/empty', a folder; wanted a GGUF file; the folder holds no .gguf file");
  }

  @Test
  void fileInPlaceOfAFolderComesWithItsFolder() {
    assertRefused(
        () -> given("notes.txt").folder("a folder of golden outputs"),
        "--model is '%s/notes.txt', a file; wanted a folder of golden outputs; give the folder that"
            + " it lies in: %1$s");
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheWork() {
    assertRefused(
        () -> given("empty").target(),
        "--model is '%s/empty', a folder; wanted the name of a file to write; add a name to it");
    assertRefused(
        () -> given("no/x.gguf").target(),
        "--model is '%s/no/x.gguf', in a folder that is not there; wanted the name of a file to"
            + " write; make the folder first: mkdir -p %1$s/no");
    assertRefused(
        () -> given("notes.txt/x.gguf").targetInAnyFolder(),
        "--model is '%s/notes.txt/x.gguf', below the file 'notes.txt'; wanted the name of a file to"
            + " write; name a folder");
  }

  @Test
  void unreadableFileIsRefused() {
    Path file = home.resolve("phi-4.gguf");
    assertThat(file.toFile().setReadable(false)).isTrue();
    assumeFalse(Files.isReadable(file), "this user may read everything");
    assertRefused(
        () -> given("phi-4.gguf").file("a GGUF file", PathArgument.GGUF),
        "--model is '%s/phi-4.gguf', which you may not read; wanted a GGUF file; ask its owner for"
            + " the right to read it");
  }

  @Test
  void deviceIsNoRegularFile() {
    Path device = Path.of("/dev/null");
    assumeFalse(!Files.exists(device), "there is no /dev/null");
    assertThatThrownBy(() -> new PathArgument("--text", device).file("a text", PathArgument.TEXT))
        .hasMessage(
            "--text is '/dev/null', which is no regular file; wanted a text; copy what it holds to"
                + " one");
  }

  private PathArgument given(String name) {
    return new PathArgument("--model", name.isEmpty() ? home : home.resolve(name));
  }

  private void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.exitCode()).isEqualTo(CommandFailure.BAD_ARGUMENTS))
        .hasMessage(message.formatted(home));
  }
}
