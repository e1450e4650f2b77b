package headroom.agent.verify;

import headroom.agent.verify.VerifiedFile.Kind;
import headroom.agent.verify.VerifiedFile.Status;
import headroom.gguf.GgufReader;
import headroom.inference.token.Tokenizer;
import headroom.inference.token.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Texts and the token ids that llama.cpp makes of them. */
final class TokenizerGolden {
  /** The lists of ids in a case and the flags of {@link Tokenizer#encode} behind each. */
  private enum Flags {
    PLAIN("ids", false, false),
    ADD_SPECIAL("ids_add_special", true, false),
    PARSE_SPECIAL("ids_parse_special", true, true);

    private final String key;
    private final boolean addSpecial;
    private final boolean parseSpecial;

    Flags(String key, boolean addSpecial, boolean parseSpecial) {
      this.key = key;
      this.addSpecial = addSpecial;
      this.parseSpecial = parseSpecial;
    }
  }

  private TokenizerGolden() {}

  static VerifiedFile check(String name, Path file, JsonNode golden) throws IOException {
    Tokenizer tokenizer =
        Tokenizers.of(GgufReader.read(file.resolveSibling(golden.path("vocab_file").asString())));
    List<String> faults = new ArrayList<>();
    int tried = 0;
    for (String group : List.of("upstream_cases", "extra")) {
      for (JsonNode entry : golden.path(group)) {
        String text = entry.path("text").asString();
        for (Flags flags : Flags.values()) {
          if (entry.has(flags.key)) {
            tried++;
            int[] wanted = Ids.of(entry.path(flags.key));
            int[] found = tokenizer.encode(text, flags.addSpecial, flags.parseSpecial);
            if (!Arrays.equals(found, wanted)) {
              faults.add(
                  "'%s' gives %s; wanted %s %s"
                      .formatted(
                          text.length() > 40 ? text.substring(0, 40) + "…" : text,
                          Ids.text(found),
                          flags.key,
                          Ids.text(wanted)));
            }
          }
        }
      }
    }
    Optional<String> reason =
        faults.isEmpty()
            ? tried == 0 ? Optional.of("the file has no case") : Optional.empty()
            : Optional.of(
                "%d of %d cases differ, first: %s"
                    .formatted(faults.size(), tried, faults.getFirst()));
    return new VerifiedFile(
        name,
        Kind.TOKENIZER,
        reason.isEmpty() ? Status.PASS : Status.FAIL,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        reason);
  }
}
