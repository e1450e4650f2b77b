package headroom.agent.bench;

import headroom.agent.files.WholeFile;
import headroom.agent.json.RunJson;
import headroom.measure.BenchmarkRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Keeps run documents: on disk before anything is sent. */
public final class RunFiles {
  private RunFiles() {}

  /** Where a run goes by default: its time first, so that names sort by age. */
  public static Path defaultName(Path folder, BenchmarkRun run) {
    String time = run.created().replaceAll("\\.\\d+", "").replace(":", "");
    return folder.resolve("%s-%s.json".formatted(time, run.id().substring(0, 8)));
  }

  /** Writes the document whole. */
  public static void write(Path file, BenchmarkRun run) throws IOException {
    WholeFile.write(file, RunJson.write(run).getBytes(StandardCharsets.UTF_8));
  }
}
