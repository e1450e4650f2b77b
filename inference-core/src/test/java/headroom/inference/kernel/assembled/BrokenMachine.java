package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Disassembly;
import headroom.inference.assembler.PageSource;
import java.lang.reflect.InvocationHandler;
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

/** A machine of which some kernels return at once, as if a processor did not do what it says. */
public final class BrokenMachine implements InvocationHandler {
  private static final byte[] RET_X86 = {(byte) 0xC3};
  private static final byte[] RET_ARM = {(byte) 0xC0, 0x03, 0x5F, (byte) 0xD6};

  private final Machine whole;
  private final String writer;
  private final Set<String> writers = new ConcurrentSkipListSet<>();

  private BrokenMachine(Machine whole, String writer) {
    this.whole = whole;
    this.writer = writer;
  }

  /**
   * Breaks what one method writes.
   *
   * @param writer one of {@link #writers}
   */
  public static Machine of(Machine whole, String writer) {
    return new BrokenMachine(whole, writer).proxy();
  }

  /** Methods that write kernels, by the number of tokens: {@code norm}, {@code product 5}. */
  static Set<String> writers(Machine machine) {
    BrokenMachine all = new BrokenMachine(machine, "none");
    new KernelLibrary(all.proxy(), PageSource.ofSystem()).close();
    return all.writers;
  }

  private Machine proxy() {
    return (Machine)
        Proxy.newProxyInstance(
            Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, this);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object found = invoke(method, arguments);
    boolean optional = found instanceof Optional<?> some && some.isPresent();
    if (!optional && !(found instanceof byte[])) {
      return found;
    }
    String name = name(method, arguments);
    writers.add(name);
    if (!name.equals(writer)) {
      return found;
    }
    byte[] code = whole.syntax() == Disassembly.Syntax.A64 ? RET_ARM : RET_X86;
    return optional ? Optional.of(code) : code;
  }

  private Object invoke(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(whole, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static String name(Method method, Object @Nullable [] arguments) {
    return Stream.concat(
            Stream.of(method.getName()),
            Arrays.stream(arguments == null ? new Object[0] : arguments)
                .filter(Integer.class::isInstance))
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }
}
