package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.Disassembly;
import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kernel that does not compute what the reference does never serves. */
class StartupCheckTest {
  private static final byte[] RET_X86 = {(byte) 0xC3};
  private static final byte[] RET_ARM = {(byte) 0xC0, 0x03, 0x5F, (byte) 0xD6};

  /** What writes kernels here, by the number of tokens: what nobody checks is found by itself. */
  static Set<String> writers() {
    Set<String> writers = new ConcurrentSkipListSet<>();
    new KernelLibrary(broken("none", writers), PageSource.ofSystem()).close();
    return writers;
  }

  @ParameterizedTest
  @MethodSource("writers")
  void kernelsThatDoNothingAreFound(String writer) {
    Machine broken = broken(writer, new ConcurrentSkipListSet<>());
    PageSource pages = PageSource.ofSystem();
    assertThat(
            catchThrowable(
                () -> AssembledKernels.checked(broken, pages, new ReferenceKernels()).close()))
        .isInstanceOf(UnfitException.class)
        .hasMessageMatching("the .* kernel for the .* computed .*; the reference .*|packing .*");
  }

  /**
   * This machine, but the kernels that one method writes return at once.
   *
   * @param writers to which all methods are added that write kernels
   */
  private static Machine broken(String writer, Set<String> writers) {
    Optional<Machine> here = Processors.here(PageSource.ofSystem());
    assumeTrue(here.isPresent(), "this processor has no instructions that kernels are made of");
    Machine machine = here.get();
    byte[] ret = machine.syntax() == Disassembly.Syntax.A64 ? RET_ARM : RET_X86;
    return (Machine)
        Proxy.newProxyInstance(
            Machine.class.getClassLoader(),
            new Class<?>[] {Machine.class},
            (proxy, method, arguments) -> {
              Object found = invoke(machine, method, arguments);
              boolean optional = found instanceof Optional<?> some && some.isPresent();
              if (!optional && !(found instanceof byte[])) {
                return found;
              }
              String name = name(method.getName(), arguments);
              writers.add(name);
              if (!name.equals(writer)) {
                return found;
              }
              return optional ? Optional.of(ret) : ret;
            });
  }

  private static Object invoke(Machine machine, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(machine, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** {@code product 5}. */
  private static String name(String method, Object @Nullable [] arguments) {
    return Stream.concat(
            Stream.of(method),
            Arrays.stream(arguments == null ? new Object[0] : arguments)
                .filter(Integer.class::isInstance))
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }
}
