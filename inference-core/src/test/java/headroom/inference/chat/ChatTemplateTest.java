package headroom.inference.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.gguf.GgufReader;
import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.architecture.EditedModel;
import headroom.inference.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final String CHATML =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  @TempDir private Path folder;

  private Path with(String template) {
    return new EditedModel(GoldenFiles.of("llama-f32.gguf"))
        .withKey("tokenizer.chat_template", template, folder.resolve("chat.gguf"));
  }

  private static final List<Message> TALK =
      List.of(Message.system("Be brief."), Message.user("Hi"));

  @Test
  void aConversationIsWrittenAsTheFileSays() throws IOException {
    ChatTemplate template = ChatTemplate.of(GgufReader.read(with(CHATML))).orElseThrow();
    assertThat(template.fill(TALK, true))
        .isEqualTo(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                + "<|im_start|>assistant\n");
    assertThat(template.fill(List.of(Message.user("a"), Message.assistant("b")), false))
        .isEqualTo("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n");
  }

  @Test
  void aFileWithoutTemplateHasNone() throws IOException {
    assertThat(ChatTemplate.of(GgufReader.read(GoldenFiles.of("llama-f32.gguf")))).isEmpty();
    assertThat(ChatTemplate.of(GgufReader.read(with("  ")))).isEmpty();
  }

  @Test
  void theBeginningOfATextStandsOnce() {
    Path bare = with("{{ bos_token }}{{ messages[0].content }}");
    Path adding =
        new EditedModel(bare)
            .withKey("tokenizer.ggml.add_bos_token", true, folder.resolve("adding.gguf"));
    for (Path file : List.of(bare, adding)) {
      try (LanguageModel model = LanguageModel.load(file)) {
        int beginning =
            (int) model.header().metadata().findLong("tokenizer.ggml.bos_token_id").orElseThrow();
        ChatTemplate template = ChatTemplate.of(model.header()).orElseThrow();
        int[] text = model.tokenizer().encode("Hi", false, false);
        assertThat(template.encode(List.of(Message.user("Hi")), true, model.tokenizer()))
            .startsWith(beginning)
            .endsWith(text)
            .hasSize(text.length + 1);
      }
    }
  }

  @Test
  void aTemplateThatRefusesSaysWhatItSaid() throws IOException {
    ChatTemplate template =
        ChatTemplate.of(GgufReader.read(with("{{ raise_exception('System role not supported') }}")))
            .orElseThrow();
    assertThatThrownBy(() -> template.fill(TALK, true))
        .isInstanceOf(TemplateException.class)
        .hasMessage("the chat template refuses these messages: System role not supported");
    Path broken = with("{% if true %}");
    assertThatThrownBy(() -> ChatTemplate.of(GgufReader.read(broken)))
        .isInstanceOf(TemplateException.class)
        .hasMessage("chat template, line 1: a block has no end; wanted elif or else or endif");
  }
}
