package headroom.agent.cli;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The storage of keys and values in the engine's own cache. */
final class CacheOption {
  /** What the engine's cache stores. */
  private static final List<QuantFormat> STORED =
      List.of(QuantFormat.F16, QuantFormat.F32, QuantFormat.Q8_0);

  @Option(
      names = "--kv",
      paramLabel = "K[,V]",
      defaultValue = "f16",
      description = "Storage of cached keys and values: f16, f32 or q8_0. Default: f16.")
  private String text = "f16";

  QuantFormat key() {
    return formats().getFirst();
  }

  QuantFormat value() {
    return formats().getLast();
  }

  private List<QuantFormat> formats() {
    List<QuantFormat> formats =
        Arrays.stream(text.split(",", -1)).map(String::strip).map(this::format).toList();
    if (formats.size() > 2) {
      throw CommandFailure.badArgument("--kv is '%s'; wanted K or K,V".formatted(text));
    }
    return formats;
  }

  private QuantFormat format(String name) {
    return QuantFormat.byName(name)
        .filter(STORED::contains)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    "--kv has '%s', which the engine's cache does not store; wanted %s"
                        .formatted(
                            name,
                            STORED.stream()
                                .map(f -> f.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")))));
  }
}
