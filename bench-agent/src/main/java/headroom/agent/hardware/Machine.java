package headroom.agent.hardware;

import headroom.measure.EnvironmentFacts;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * This machine and what a container leaves of it.
 *
 * @param environment the machine as read
 * @param limits of the control group
 */
public record Machine(EnvironmentFacts environment, ContainerLimits limits) {

  /** Memory that this process may count on: installed, or the container's limit if that is less. */
  public OptionalLong usableMemoryBytes() {
    return LongStream.concat(environment.memoryBytes().stream(), limits.memoryBytes().stream())
        .min();
  }
}
