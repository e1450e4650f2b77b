package headroom.inference.chat;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import headroom.inference.jinja.Template;
import headroom.inference.token.Tokenizer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a model file wants a conversation written down: the Jinja template in {@code
 * tokenizer.chat_template}, filled as transformers and llama.cpp fill it.
 */
public final class ChatTemplate {
  private final Template template;
  private final String beginning;
  private final String end;

  private ChatTemplate(Template template, String beginning, String end) {
    this.template = template;
    this.beginning = beginning;
    this.end = end;
  }

  /**
   * The template of a file, empty where it has none.
   *
   * @throws headroom.inference.jinja.TemplateException where it cannot be read
   */
  public static Optional<ChatTemplate> of(GgufHeader header) {
    return of(header, Clock.systemDefaultZone());
  }

  /**
   * @param clock for templates that write the date
   */
  static Optional<ChatTemplate> of(GgufHeader header, Clock clock) {
    GgufMetadata metadata = header.metadata();
    return metadata
        .findString("tokenizer.chat_template")
        .filter(source -> !source.isBlank())
        .map(
            source ->
                new ChatTemplate(
                    Template.of(source, clock),
                    spelling(metadata, "tokenizer.ggml.bos_token_id"),
                    spelling(metadata, "tokenizer.ggml.eos_token_id")));
  }

  private static String spelling(GgufMetadata metadata, String key) {
    List<String> tokens =
        metadata.findList("tokenizer.ggml.tokens", String.class).orElse(List.of());
    return metadata.findLong(key).stream()
        .filter(id -> id >= 0 && id < tokens.size())
        .mapToObj(id -> tokens.get((int) id))
        .findFirst()
        .orElse("");
  }

  /**
   * The text of a conversation.
   *
   * @param asked true where the model is to speak next
   * @throws headroom.inference.jinja.TemplateException where the template refuses the messages
   */
  public String fill(List<Message> messages, boolean asked) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("messages", messages.stream().map(Message::values).toList());
    values.put("bos_token", beginning);
    values.put("eos_token", end);
    values.put("add_generation_prompt", asked);
    return template.fill(values);
  }

  /** The tokens of a conversation; where template and vocabulary both begin a text, one does. */
  public int[] encode(List<Message> messages, boolean asked, Tokenizer tokenizer) {
    String text = fill(messages, asked);
    int[] bare = tokenizer.encode("", true, true);
    boolean twice = bare.length > 0 && !beginning.isEmpty() && text.startsWith(beginning);
    return tokenizer.encode(twice ? text.substring(beginning.length()) : text, true, true);
  }
}
