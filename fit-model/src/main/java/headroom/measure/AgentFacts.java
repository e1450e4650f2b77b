package headroom.measure;

import java.util.List;

/**
 * Which program measured.
 *
 * @param version of the agent
 * @param engine {@code headroom} for the embedded engine, or the other runtime's name
 * @param engineBuild commit or version of that engine
 * @param java virtual machine, as it names itself
 * @param jvmFlags flags of the measuring process
 */
public record AgentFacts(
    String version, String engine, String engineBuild, String java, List<String> jvmFlags) {
  public AgentFacts {
    jvmFlags = List.copyOf(jvmFlags);
  }
}
