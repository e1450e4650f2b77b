package headroom.agent.bench;

import headroom.agent.json.RunJson;
import headroom.measure.BenchmarkRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The golden run document. */
public final class GoldenRun {
  private GoldenRun() {}

  public static BenchmarkRun read() {
    try {
      return RunJson.read(Path.of("../fit-model/src/test/resources/run-v1.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
