package headroom.agent.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start this program again with the flags that the engine's kernels need, so that a plain
 * {@code java -jar} is enough for its user.
 */
public final class ChildJvm {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** What a virtual machine says of itself before anything else when that module is used. */
  private static final String VECTOR_WARNING = "WARNING: Using incubator modules: " + VECTOR_MODULE;

  private ChildJvm() {}

  /** Flags of every such process. */
  public static List<String> flags() {
    return List.of("--add-modules=" + VECTOR_MODULE, "--enable-native-access=ALL-UNNAMED");
  }

  /** True where this process itself can use the vector kernels. */
  public static boolean isThisOne() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /** True for the line that says only that the module is an incubating one. */
  public static boolean isVectorWarning(String line) {
    return line.equals(VECTOR_WARNING);
  }

  /** The command that runs a main class of this program with these further flags. */
  public static List<String> command(List<String> furtherFlags, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(furtherFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }
}
