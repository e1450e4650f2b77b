package headroom.gguf;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Keeps the bytes [from, to) of a body and hangs up as soon as it has them. */
final class PrefixBody implements HttpResponse.BodySubscriber<byte[]> {
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private final long skip;
  private final int most;
  private byte[] kept = new byte[1 << 13];
  private int filled;
  private long passed;
  private Flow.@Nullable Subscription subscription;

  /**
   * @param skip bytes to drop first
   * @param most bytes to keep after these
   */
  PrefixBody(long skip, int most) {
    this.skip = skip;
    this.most = most;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (result.isDone()) {
      return;
    }
    for (ByteBuffer buffer : buffers) {
      int drop = (int) Math.min(buffer.remaining(), Math.max(0, skip - passed));
      passed += buffer.remaining();
      buffer.position(buffer.position() + drop);
      int take = Math.min(buffer.remaining(), most - filled);
      if (filled + take > kept.length) {
        kept = Arrays.copyOf(kept, Math.min(most, Math.max(filled + take, 2 * kept.length)));
      }
      buffer.get(kept, filled, take);
      filled += take;
    }
    if (filled == most) {
      onComplete();
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }

  @Override
  public void onError(Throwable fault) {
    result.completeExceptionally(fault);
  }

  @Override
  public void onComplete() {
    result.complete(filled == kept.length ? kept : Arrays.copyOf(kept, filled));
  }
}
