package headroom.agent.cli;

import headroom.agent.hardware.HardwareProbe;
import headroom.agent.hardware.Machine;
import headroom.agent.json.RunJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what this machine is. */
@Command(
    name = "probe",
    description = "Say what this machine is: processor, memory, graphics devices, power, limits.")
final class ProbeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON; what is unknown is absent.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ProbeCommand() {}

  @Override
  public Integer call() {
    Machine machine = HardwareProbe.read();
    spec.commandLine()
        .getOut()
        .println(json ? RunJson.mapper().writeValueAsString(machine) : ProbeText.of(machine));
    return 0;
  }
}
