package headroom.agent.cli;

import headroom.inference.LanguageModel;
import headroom.inference.chat.ChatTemplate;
import headroom.inference.chat.Message;
import headroom.inference.sample.Distribution;
import headroom.kv.CacheScheme;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Generates text. */
@Command(
    name = "run",
    description = "Generate text with a model file, streaming; a trace of the speed at the end.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "FILE", required = true, description = "GGUF file.")
  private Path model;

  @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "Text to go on.")
  private String prompt;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "128",
      description = "Most tokens to generate. Default: 128.")
  private int tokens;

  @Option(
      names = "--chat",
      description =
          "Put the prompt as a user's message into the chat template of the file, so that the model"
              + " answers it.")
  private boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "With --chat: what the model is told before.")
  private @Nullable String system;

  @Option(
      names = "--prompt-cache",
      paramLabel = "FILE",
      description =
          "Keep the prompt's keys and values in this file; what a later prompt has in common with"
              + " it is not computed again.")
  private @Nullable Path promptCache;

  @Mixin private SamplingOptions sampling;
  @Mixin private DraftOptions draft;
  @Mixin private CacheOption cache;
  @Mixin private EngineOptions engine;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  RunCommand() {}

  @Override
  public Integer call() throws IOException {
    new PathArgument("--model", model).file("a GGUF file", PathArgument.GGUF);
    if (promptCache != null) {
      new PathArgument("--prompt-cache", promptCache).target();
    }
    if (tokens < 1) {
      throw CommandFailure.badArgument("-n is %d; wanted at least 1".formatted(tokens));
    }
    Distribution sampler = sampling.sampler();
    CacheStorage storage = cache.storage();
    draft.check(storage);
    PrintWriter err = spec.commandLine().getErr();
    try (LanguageModel loaded = LanguageModel.load(model, engine.loadOptions())) {
      int[] ids = tokens(loaded);
      if (ids.length == 0) {
        throw CommandFailure.badArgument("--prompt is empty; wanted at least one token of text");
      }
      // A cache of sinks counts positions within itself, so that its text has no end.
      boolean endless = storage.scheme() instanceof CacheScheme.Sinks;
      int room = (endless ? Integer.MAX_VALUE : loaded.contextLength()) - ids.length;
      if (room < 1) {
        throw CommandFailure.failed(
            "the prompt has %d tokens; %s was made for %d"
                .formatted(ids.length, model, loaded.contextLength()));
      }
      int most = Math.min(tokens, room);
      if (most < tokens) {
        err.println(
            "the model's context of %d tokens leaves %d of the %d to generate"
                .formatted(loaded.contextLength(), most, tokens));
      }
      KvCacheSpec spec = storage.spec(ids.length + most);
      Generation generation =
          new Generation(loaded, spec, sampler, this.spec.commandLine().getOut());
      String shown =
          chat ? "" : prompt; // what a template writes around a message nobody wants to read
      if (promptCache != null) {
        generation.keepPrompt(promptCache);
      }
      if (draft.asked()) {
        try (DraftOptions.Opened drafter =
            draft.open(loaded, spec, engine.loadOptions(), sampling.sampler())) {
          generation.draft(drafter.speculation());
          generation.run(shown, ids, most);
        }
      } else {
        generation.run(shown, ids, most);
      }
      if (!generation.interrupted()) {
        err.println(generation.trace()); // Otherwise the shutdown has said it.
      }
      return generation.interrupted() ? 130 : 0; // 128 + SIGINT
    }
  }

  private int[] tokens(LanguageModel loaded) {
    if (!chat) {
      if (system != null) {
        throw CommandFailure.badArgument("found --system without --chat; wanted both or none");
      }
      return loaded.tokenizer().encode(prompt, true, false);
    }
    ChatTemplate template =
        ChatTemplate.of(loaded.header())
            .orElseThrow(
                () ->
                    CommandFailure.failed(
                        "%s: key 'tokenizer.chat_template' is missing; wanted one for --chat; run without --chat to go on with the prompt as it stands"
                            .formatted(model)));
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(prompt));
    return template.encode(messages, true, loaded.tokenizer());
  }
}
