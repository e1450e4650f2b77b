package headroom.inference.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.gguf.GgufReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our ids against those of llama.cpp for the same vocabularies and texts. */
class GoldenTokenizerTest {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @ValueSource(strings = {"llama-bpe", "qwen2", "gpt-2", "llama-spm"})
  void idsAreThoseOfTheReferenceEngine(String name) throws IOException {
    JsonNode golden = JSON.readTree(SharedFolder.golden("tokenizer/" + name + ".json").toFile());
    Path file = SharedFolder.golden("tokenizer/" + golden.get("vocab_file").asString());
    Tokenizer tokenizer = Tokenizers.of(GgufReader.read(file));

    assertThat(golden.get("upstream_cases").size()).isGreaterThan(40);
    for (JsonNode item : golden.get("upstream_cases")) {
      check(tokenizer, item, "ids", false, false);
    }
    for (JsonNode item : golden.get("extra")) {
      check(tokenizer, item, "ids", false, false);
      check(tokenizer, item, "ids_add_special", true, false);
      check(tokenizer, item, "ids_parse_special", true, true);
    }
  }

  private static void check(
      Tokenizer tokenizer, JsonNode item, String key, boolean addSpecial, boolean parseSpecial) {
    String text = item.get("text").asString();
    assertThat(tokenizer.encode(text, addSpecial, parseSpecial))
        .as("%s of '%s'", key, text)
        .containsExactly(ids(item.get(key)));
  }

  @Test
  void storiesAreWrittenOutAsTheReferenceEngineWroteThem() throws IOException {
    JsonNode golden = JSON.readTree(SharedFolder.golden("real/stories260K-f32.json").toFile());
    Path file = SharedFolder.golden("real/stories260K-f32.gguf");
    Tokenizer tokenizer = Tokenizers.of(GgufReader.read(file));

    assumeTrue(golden.get("cases").size() > 0);
    for (JsonNode item : golden.get("cases")) {
      int[] prompt = ids(item.get("prompt_ids"));
      assertThat(tokenizer.encode(item.get("prompt").asString(), true, false))
          .containsExactly(prompt);
      TextStream stream = new TextStream();
      StringBuilder streamed = new StringBuilder(stream.add(new byte[0]));
      for (int token : prompt) {
        streamed.append(stream.add(tokenizer.bytesOf(token)));
      }
      for (int token : ids(item.get("greedy_ids"))) {
        streamed.append(stream.add(tokenizer.bytesOf(token)));
      }
      assertThat(streamed + stream.finish()).isEqualTo(item.get("text").asString());
    }
  }

  private static int[] ids(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
