package headroom.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.kernel.vector.VectorKernels;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The width of vectors is fixed when a JVM starts, so each narrower one gets a JVM of its own. */
class VectorWidthTest {
  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void kernelsAgreeAtNarrowerWidthsToo(int bytes) throws IOException, InterruptedException {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:MaxVectorSize=" + bytes,
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                AllShapes.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor()).as(output).isZero();
    int width = Math.min(8 * bytes, VectorKernels.width());
    assertThat(output).contains("agreed at " + width + " bits");
  }

  /** What the other JVM runs. */
  static final class AllShapes {
    private AllShapes() {}

    public static void main(String[] args) {
      KernelAgreementTest test = new KernelAgreementTest();
      KernelAgreementTest.shapes()
          .forEach(
              shape -> {
                Object[] arguments = shape.get();
                test.productsAgreeWithTheReference((QuantFormat) arguments[0], (int) arguments[1]);
              });
      System.out.println("agreed at " + VectorKernels.width() + " bits");
    }
  }
}
