package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.inference.kernel.Threads;
import headroom.inference.quantize.QuantizationPlan;
import headroom.inference.quantize.QuantizedTensor;
import headroom.inference.quantize.Quantizer;
import headroom.inference.tensor.WeightFile;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model file in another format. */
@Command(
    name = "quantize",
    description = {
      "Write a model file again with its matrices in another format.",
      "Norms stay as they are; rows that a format's blocks do not divide fall back as llama.cpp has them."
    })
final class QuantizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN.gguf", description = "File to read.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT.gguf", description = "File to write.")
  private Path out;

  @Parameters(
      index = "2",
      paramLabel = "FORMAT",
      description = "Type or mix by llama.cpp's name, for example Q8_0 or Q4_K_M.")
  private String format;

  @Option(names = "--pure", description = "Store every matrix in the one type, no mix.")
  private boolean pure;

  @Mixin private ThreadsOption threads;

  @Option(names = "--json", description = "Print JSON, with every tensor.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  QuantizeCommand() {}

  @Override
  public Integer call() throws IOException {
    GgufMix mix = Names.mix(format);
    requireFiles();
    PrintWriter messages = spec.commandLine().getErr();
    long begin = System.nanoTime();
    try (WeightFile file = WeightFile.open(in);
        Threads workers = new Threads(threads.count())) {
      QuantizationPlan plan = QuantizationPlan.of(file.header(), mix, pure);
      warnOfSecondRounding(plan, messages);
      requireSpace(plan);
      List<QuantizedTensor> tensors = Quantizer.write(file, plan, out, workers, _ -> {});
      QuantizeReport report =
          new QuantizeReport(
              in, out, mix, Bytes.of(Files.size(out)), tensors, (System.nanoTime() - begin) / 1e9);
      spec.commandLine()
          .getOut()
          .println(json ? RunJson.mapper().writeValueAsString(report.json()) : report.text());
    }
    return 0;
  }

  private void requireFiles() throws IOException {
    new PathArgument("IN.gguf", in).file("a GGUF file", PathArgument.GGUF);
    new PathArgument("OUT.gguf", out).target();
    if (Files.exists(out) && Files.isSameFile(in, out)) {
      throw CommandFailure.badArgument(
          "%s and %s are the same file; wanted another name to write".formatted(in, out));
    }
  }

  private Path folder() {
    Path parent = out.toAbsolutePath().getParent();
    return parent == null ? out.toAbsolutePath() : parent;
  }

  private void requireSpace(QuantizationPlan plan) throws IOException {
    Bytes free = Bytes.of(Files.getFileStore(folder()).getUsableSpace());
    if (free.value() < plan.bytes().value()) {
      throw CommandFailure.failed(
          "%s needs %s; found %s free in %s"
              .formatted(out.getFileName(), plan.bytes(), free, folder()));
    }
  }

  private void warnOfSecondRounding(QuantizationPlan plan, PrintWriter messages) {
    List<QuantizationPlan.Step> again = plan.quantisedTwice();
    if (!again.isEmpty()) {
      messages.println(
          "warning: %d tensors of %s are quantised already (%s); their errors add up; wanted F32, F16 or BF16"
              .formatted(
                  again.size(),
                  in,
                  again.stream()
                      .map(step -> step.tensor().format())
                      .distinct()
                      .map(QuantFormat::name)
                      .collect(Collectors.joining(", "))));
    }
  }
}
