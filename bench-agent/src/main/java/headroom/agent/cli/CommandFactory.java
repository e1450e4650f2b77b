package headroom.agent.cli;

import headroom.agent.files.Folders;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes commands; one that keeps files is handed the user's folders. */
final class CommandFactory implements IFactory {
  private final Folders folders;

  CommandFactory(Folders folders) {
    this.folders = folders;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    Optional<Constructor<?>> withFolders =
        Arrays.stream(type.getDeclaredConstructors())
            .filter(c -> Arrays.equals(c.getParameterTypes(), new Class<?>[] {Folders.class}))
            .findFirst();
    return withFolders.isPresent()
        ? type.cast(withFolders.get().newInstance(folders))
        : CommandLine.defaultFactory().create(type);
  }
}
