package headroom.inference;

import headroom.gguf.GgufHeader;
import headroom.inference.architecture.Architectures;
import headroom.inference.codec.UnsupportedFormatException;
import headroom.inference.decode.Session;
import headroom.inference.decode.SessionGroup;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.WeightFile;
import headroom.inference.token.Tokenizer;
import headroom.inference.token.Tokenizers;
import headroom.inference.token.VocabularyException;
import headroom.inference.transformer.Transformer;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model file, loaded: immutable, shared by any number of sessions, closed after the last. */
public final class LanguageModel implements AutoCloseable {
  private final WeightFile file;
  private final Threads threads;
  private final Transformer transformer;
  private final KernelSelection selection;
  private @Nullable Tokenizer tokenizer;

  private LanguageModel(
      WeightFile file, Threads threads, Transformer transformer, KernelSelection selection) {
    this.file = file;
    this.threads = threads;
    this.transformer = transformer;
    this.selection = selection;
  }

  /**
   * Loads with the fastest kernels on every core.
   *
   * @see #load(Path, LoadOptions)
   */
  public static LanguageModel load(Path gguf) {
    return load(gguf, LoadOptions.defaults());
  }

  /**
   * Maps the file and checks every tensor that a forward pass will read; the data itself is read
   * from disk as it is used.
   *
   * @throws ModelFormatException where this engine cannot run what the header describes
   * @throws headroom.gguf.GgufFormatException where the header itself is broken
   * @throws UncheckedIOException where the file cannot be read
   */
  public static LanguageModel load(Path gguf, LoadOptions options) {
    WeightFile file;
    try {
      file = WeightFile.open(gguf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    KernelSelection selection;
    try {
      selection = KernelSelection.of(options.kernels());
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
    Threads threads = Threads.ofSystem(options.threads());
    try {
      Transformer transformer =
          Architectures.read(file, selection.kernels(), threads, options.activeExperts());
      return new LanguageModel(file, threads, transformer, selection);
    } catch (RuntimeException e) {
      threads.close();
      selection.kernels().close();
      file.close();
      throw e instanceof UnsupportedFormatException
          ? new ModelFormatException(gguf + ": " + e.getMessage(), e)
          : e;
    }
  }

  public GgufHeader header() {
    return file.header();
  }

  /** Which kernels serve, for example {@code vector-256} or {@code reference}. */
  public String kernels() {
    return selection.kernels().name();
  }

  /** Why these kernels serve, what they could not do and where threads are, in some sentences. */
  public String kernelReason() {
    return Stream.of(selection.reason(), selection.kernels().remark(), threads.remark())
        .filter(sentence -> !sentence.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** Threads that work on a token. */
  public int threads() {
    return threads.count();
  }

  /** Tokens the model knows: the length of logits. */
  public int vocabularySize() {
    return transformer.spec().vocabularySize();
  }

  /** Tokens the model was trained for. */
  public int contextLength() {
    return transformer.spec().contextLength();
  }

  /**
   * Turns text into this model's tokens and back; made on the first call.
   *
   * @throws ModelFormatException where the file has no vocabulary that can be used
   */
  public synchronized Tokenizer tokenizer() {
    if (tokenizer == null) {
      try {
        tokenizer = Tokenizers.of(header());
      } catch (VocabularyException e) {
        throw new ModelFormatException(String.valueOf(e.getMessage()), e);
      }
    }
    return tokenizer;
  }

  /**
   * An empty session with a cache of its own; close it before the model.
   *
   * @throws IllegalArgumentException where the cache holds more than one sequence, or its format
   *     does not divide the model's heads
   * @throws UnsupportedFormatException where its format cannot be written
   */
  public Session newSession(KvCacheSpec cache) {
    return new Session(transformer, cache);
  }

  /**
   * Lets sessions of this model go through the network together.
   *
   * @param contextLength tokens that the longest of them may grow to
   */
  public SessionGroup newGroup(int contextLength) {
    return new SessionGroup(transformer, contextLength);
  }

  /** Tells this model's file from others: 32 bytes over its header and samples of its weights. */
  public byte[] fingerprint() {
    return file.fingerprint();
  }

  /** Ends the threads, gives back what was repacked, and unmaps the file. */
  @Override
  public void close() {
    threads.close();
    selection.kernels().close();
    file.close();
  }
}
