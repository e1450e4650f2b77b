package headroom.agent.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
public final class Version implements IVersionProvider {

  /** For example {@code 0.1.0}; {@code development} where the classes lie in no jar. */
  public static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "headroom " + text(),
      "Java %s (%s)"
          .formatted(System.getProperty("java.vm.version"), System.getProperty("java.vm.vendor"))
    };
  }
}
