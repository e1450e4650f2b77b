package headroom.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.advise.Grid;
import headroom.advise.Terms;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.device.Device;
import headroom.device.Machine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How long an answer takes, and all of them. Not part of the tests, as it takes a minute: {@code
 * mvn -pl bench-agent -am test -Dtest=FitBenchmark -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(value = 1, jvmArgs = "-Xmx3g")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class FitBenchmark {
  /** What people download, by size. */
  private static final List<WeightFormat> FORMATS =
      List.of(
          GgufMix.F16,
          GgufMix.Q8_0,
          GgufMix.Q6_K,
          GgufMix.Q5_K_M,
          GgufMix.Q5_K_S,
          GgufMix.Q4_K_M,
          GgufMix.Q4_K_S,
          GgufMix.IQ4_XS,
          GgufMix.Q3_K_M,
          GgufMix.IQ3_XS,
          GgufMix.Q2_K,
          GgufMix.IQ2_XS);

  private static final int QUESTIONS = 1024;

  private final List<FitQuestion> questions = new ArrayList<>();
  private List<ModelSpec> models = List.of();
  private List<Device> devices = List.of();
  private int next;

  @Test
  void answersAreAsFastAsTheyAreSaidToBe() throws RunnerException {
    assertThat(
            new Runner(
                    new OptionsBuilder()
                        .include(FitBenchmark.class.getSimpleName())
                        .jvmArgs("-Xmx3g")
                        .build())
                .run())
        .hasSize(3);
  }

  @Setup
  public void ask() {
    Catalogue catalogue = Catalogue.load();
    models = catalogue.models().stream().map(catalogue::spec).toList();
    devices = catalogue.devices().stream().map(CatalogueDevice::device).toList();
    for (int q = 0; q < QUESTIONS; q++) {
      questions.add(
          Terms.of(8192)
              .question(
                  models.get(q * 7 % models.size()),
                  FORMATS.get(q % FORMATS.size()),
                  Machine.of(devices.get(q * 13 % devices.size()))));
    }
  }

  /** The same question again and again. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public FitReport oneAnswer() {
    return Fit.answer(questions.getFirst());
  }

  /** Questions about all sorts of models and devices. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public FitReport mixedAnswers() {
    return Fit.answer(questions.get(next++ % QUESTIONS));
  }

  /** Every model, format and device. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public Grid wholeGrid() {
    return Grid.of(models, FORMATS, devices, Terms.of(8192));
  }
}
