package headroom.agent.cli;

import headroom.kv.CacheStorage;
import headroom.quant.QuantFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The storage of keys and values in the engine's own cache. */
final class CacheOption {
  @Option(
      names = "--kv",
      paramLabel = "K[,V]",
      defaultValue = "f16",
      description =
          "Storage of cached keys and values: f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0, iq4_nl;"
              + " kivi-2[:R], two bits behind the last R tokens; sinks:S+R, only the first S and"
              + " the last R tokens; or h2o:H+R, the H most attended and the last R tokens."
              + " Default: f16.")
  private String text = "f16";

  CacheStorage storage() {
    try {
      return CacheStorage.parse(text)
          .orElseThrow(
              () ->
                  CommandFailure.badArgument(
                      "--kv is '%s', which the engine's cache does not store; wanted K or K,V of %s, kivi-2[:R], or [K[,V]@]sinks:S+R or h2o:H+R"
                          .formatted(
                              text,
                              CacheStorage.FORMATS.stream()
                                  .map(QuantFormat::name)
                                  .map(name -> name.toLowerCase(Locale.ROOT))
                                  .collect(Collectors.joining(", ")))));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--kv: " + e.getMessage());
    }
  }
}
