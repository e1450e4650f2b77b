package headroom.web.fit;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufHeader;
import headroom.gguf.RemoteGguf;
import headroom.model.HeaderModel;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/**
 * Models whose GGUF header is read from the web: few at a time, each within bounds of time and
 * memory, and the last ones kept, so that turning a knob does not fetch again.
 */
@Component
class RemoteModels {
  /** Headers being read at once; each may take {@link #METADATA_BUDGET}. */
  private static final int AT_ONCE = 3;

  /** Vocabularies of 256k tokens with merges take about 40 MiB on the heap. */
  private static final long METADATA_BUDGET = 96L << 20;

  private static final long SECONDS = 30;
  private static final int KEPT = 16;
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final RemoteGguf.Policy policy;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final Map<URI, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<URI, Kept> eldest) {
          return size() > KEPT;
        }
      };

  private record Kept(Subject subject, long readAtNanos) {}

  RemoteModels() {
    this(RemoteGguf.Policy.PUBLIC_ONLY);
  }

  RemoteModels(RemoteGguf.Policy policy) {
    this.policy = policy;
  }

  /** A header that cannot be read; the message is for the person who gave the address. */
  static final class UnreadableModelException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableModelException(String message) {
      super(message);
    }
  }

  Subject read(String address) throws UnreadableModelException {
    URI uri = parse(address);
    Optional<Subject> known = known(uri);
    if (known.isPresent()) {
      return known.get();
    }
    if (!permits.tryAcquire()) {
      throw new UnreadableModelException(
          "other files are being read at the moment; wanted one of %d places: try again shortly"
              .formatted(AT_ONCE));
    }
    try {
      Subject subject = within(() -> fetch(uri));
      synchronized (kept) {
        kept.put(uri, new Kept(subject, System.nanoTime()));
      }
      return subject;
    } finally {
      permits.release();
    }
  }

  private Optional<Subject> known(URI uri) {
    synchronized (kept) {
      return Optional.ofNullable(kept.get(uri))
          .filter(entry -> System.nanoTime() - entry.readAtNanos() < KEPT_NANOS)
          .map(Kept::subject);
    }
  }

  private Subject fetch(URI uri) throws IOException {
    List<GgufHeader> parts = List.of(RemoteGguf.read(uri, policy, METADATA_BUDGET));
    return Subject.of(HeaderModel.of(parts), HeaderModel.stored(parts));
  }

  private static Subject within(Callable<Subject> reading) throws UnreadableModelException {
    FutureTask<Subject> task = new FutureTask<>(reading);
    Thread.ofVirtual().name("remote-header").start(task);
    try {
      return task.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new UnreadableModelException(
          "no header arrived in %d s; wanted one: try again, or a faster server"
              .formatted(SECONDS));
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new UnreadableModelException("reading was interrupted: try again");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException || cause instanceof GgufFormatException) {
        throw new UnreadableModelException(String.valueOf(cause.getMessage()));
      }
      throw new IllegalStateException("reading a header failed", cause);
    }
  }

  private static URI parse(String address) throws UnreadableModelException {
    try {
      URI uri = new URI(address);
      if (uri.getScheme() == null || uri.getHost() == null) {
        throw new UnreadableModelException(
            "‘%s’ is no address; wanted https://HOST/FILE.gguf".formatted(address));
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new UnreadableModelException(
          "‘%s’ is no address (%s); wanted https://HOST/FILE.gguf"
              .formatted(address, e.getReason()));
    }
  }
}
