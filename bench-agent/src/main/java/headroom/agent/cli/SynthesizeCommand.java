package headroom.agent.cli;

import headroom.agent.bench.SyntheticModels;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a model of random weights. */
@Command(
    name = "synthesize",
    description = {
      "Write a model of a catalogue shape with seeded random weights.",
      "Its speed is that of the real model, its text is not."
    })
final class SynthesizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SHAPE", description = "Model of the catalogue.")
  private String shape;

  @Parameters(index = "1", paramLabel = "FORMAT", description = "For example Q8_0 or Q4_K_M.")
  private String format;

  @Parameters(index = "2", paramLabel = "OUT.gguf", description = "File to write.")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "The same seed gives the same file. Default: the one that bench uses.")
  private long seed = SyntheticModels.SEED;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  SynthesizeCommand() {}

  @Override
  public Integer call() throws IOException {
    CatalogueModel model = new Names(Catalogue.load()).model(shape);
    GgufMix mix = Names.mix(format);
    new PathArgument("OUT.gguf", out).target();
    long begin = System.nanoTime();
    SyntheticModels.write(model, mix, out, seed);
    double seconds = (System.nanoTime() - begin) / 1e9;
    spec.commandLine()
        .getOut()
        .println(
            "wrote %s: %s as %s, %s in %.1f s"
                .formatted(out, model.name(), mix, Bytes.of(Files.size(out)), seconds));
    return 0;
  }
}
