package headroom.gguf;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file on a web server, fetched front to back in windows that double. */
final class HttpSource implements ByteSource {
  /** First window in bytes: holds the whole header of files with small vocabularies. */
  private static final int FIRST_WINDOW = 1 << 20;

  /** Largest window in bytes. */
  private static final int LARGEST_WINDOW = 8 << 20;

  /** A header with a vocabulary of 262,144 tokens is near 16 MiB; past this it is no header. */
  private static final long LONGEST_HEADER = 128L << 20;

  private static final int MOST_REDIRECTS = 5;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Below the 30 s for which the JDK remembers a host's address: see {@link RemoteGguf.Policy}. */
  private static final Duration WINDOW_TIMEOUT = Duration.ofSeconds(25);

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

  private final HttpClient client;
  private final RemoteGguf.Policy policy;
  private final String name;
  private URI uri;
  private byte[] window = new byte[0];
  private long windowStart;
  private OptionalLong size = OptionalLong.empty();
  private Optional<String> tag = Optional.empty();

  private HttpSource(URI uri, RemoteGguf.Policy policy) {
    this.uri = uri;
    this.policy = policy;
    this.name = RemoteGgufException.show(uri);
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** A source whose first window is fetched and whose size is known. */
  static HttpSource open(URI uri, RemoteGguf.Policy policy) throws IOException {
    requireWeb(uri);
    HttpSource source = new HttpSource(uri, policy);
    try {
      source.fetch(0, FIRST_WINDOW);
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size.orElseThrow();
  }

  @Override
  public int read(long offset, byte[] target, int from, int length) throws IOException {
    if (offset >= size()) {
      return -1;
    }
    if (offset < windowStart || offset >= windowStart + window.length) {
      fetch(offset, Math.clamp(2L * window.length, FIRST_WINDOW, LARGEST_WINDOW));
    }
    int at = (int) (offset - windowStart);
    int some = Math.min(length, window.length - at);
    System.arraycopy(window, at, target, from, some);
    return some;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private void fetch(long start, int length) throws IOException {
    if (start + length > LONGEST_HEADER) {
      throw new RemoteGgufException(
          uri, "found a header longer than %d MiB; wanted less".formatted(LONGEST_HEADER >> 20));
    }
    int redirects = 0;
    while (true) {
      HttpResponse<byte[]> response = ask(start, length);
      if (!REDIRECTS.contains(response.statusCode())) {
        accept(start, length, response);
        return;
      }
      if (++redirects > MOST_REDIRECTS) {
        throw new RemoteGgufException(
            uri, "found more than %d redirects; wanted the file".formatted(MOST_REDIRECTS));
      }
      uri = redirected(response);
    }
  }

  private HttpResponse<byte[]> ask(long start, int length) throws IOException {
    policy.check(uri);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(WINDOW_TIMEOUT)
            .header("Range", "bytes=%d-%d".formatted(start, start + length - 1))
            .header("Accept-Encoding", "identity")
            .header("User-Agent", "headroom")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request,
            info ->
                switch (info.statusCode()) {
                  case 200 -> new PrefixBody(start, length);
                  case 206 -> new PrefixBody(0, length);
                  default -> new PrefixBody(0, 0);
                });
    try {
      HttpResponse<byte[]> response =
          answer.get(WINDOW_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      policy.check(uri);
      return response;
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new RemoteGgufException(
          uri, "found no full answer in %d s; wanted one".formatted(WINDOW_TIMEOUT.toSeconds()), e);
    } catch (ExecutionException e) {
      String fault = String.valueOf(e.getCause());
      throw new RemoteGgufException(uri, "found " + fault + "; wanted an answer", e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching " + name);
    }
  }

  private URI redirected(HttpResponse<?> response) throws RemoteGgufException {
    String location =
        response
            .headers()
            .firstValue("Location")
            .orElseThrow(
                () ->
                    new RemoteGgufException(
                        uri,
                        "found status %d without a Location; wanted one"
                            .formatted(response.statusCode())));
    URI next;
    try {
      next = uri.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new RemoteGgufException(
          uri, "found a redirect to '%s'; wanted an address".formatted(location), e);
    }
    requireWeb(next);
    if (uri.getScheme().equalsIgnoreCase("https") && !next.getScheme().equalsIgnoreCase("https")) {
      throw new RemoteGgufException(uri, "found a redirect from https to http; wanted https");
    }
    return next;
  }

  private void accept(long start, int length, HttpResponse<byte[]> response)
      throws RemoteGgufException {
    int status = response.statusCode();
    long total =
        switch (status) {
          case 206 -> partial(start, length, response);
          case 200 -> whole(response);
          case 401, 403 ->
              throw new RemoteGgufException(
                  uri, "found status %d; wanted a file open to everyone".formatted(status));
          case 404 ->
              throw new RemoteGgufException(uri, "found status 404, no such file; wanted 206");
          default ->
              throw new RemoteGgufException(uri, "found status %d; wanted 206".formatted(status));
        };
    Optional<String> newTag = response.headers().firstValue("ETag");
    if (size.isPresent() && (size.getAsLong() != total || !tag.equals(newTag))) {
      throw new RemoteGgufException(
          uri, "found another file than a moment ago; wanted the same: try again");
    }
    long wanted = Math.min(length, Math.max(0, total - start));
    if (response.body().length != wanted) {
      throw new RemoteGgufException(
          uri,
          "found %d bytes from offset %d; wanted %d"
              .formatted(response.body().length, start, wanted));
    }
    size = OptionalLong.of(total);
    tag = newTag;
    window = response.body();
    windowStart = start;
  }

  /** Total size by {@code Content-Range}, which must answer what was asked (RFC 9110, 14.4). */
  private long partial(long start, int length, HttpResponse<?> response)
      throws RemoteGgufException {
    String range = response.headers().firstValue("Content-Range").orElse("none");
    Matcher matcher = CONTENT_RANGE.matcher(range);
    if (matcher.matches()) {
      long first = Long.parseLong(matcher.group(1));
      long last = Long.parseLong(matcher.group(2));
      long total = Long.parseLong(matcher.group(3));
      if (first == start && last == Math.min(start + length, total) - 1 && last >= first) {
        return total;
      }
    }
    throw new RemoteGgufException(
        uri,
        "found Content-Range '%s'; wanted 'bytes %d-%d/SIZE'"
            .formatted(range, start, start + length - 1));
  }

  /** Total size where the server ignores ranges and sends the file from its first byte. */
  private long whole(HttpResponse<?> response) throws RemoteGgufException {
    return response
        .headers()
        .firstValueAsLong("Content-Length")
        .orElseThrow(
            () ->
                new RemoteGgufException(
                    uri, "found neither Content-Range nor Content-Length; wanted the file's size"));
  }

  private static void requireWeb(URI uri) throws RemoteGgufException {
    String scheme = String.valueOf(uri.getScheme());
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new RemoteGgufException(
          uri, "found scheme '%s'; wanted http or https".formatted(scheme));
    }
    if (uri.getHost() == null) {
      throw new RemoteGgufException(uri, "found no host; wanted http://HOST/FILE");
    }
    if (uri.getUserInfo() != null) {
      throw new RemoteGgufException(uri, "found a user name in the address; wanted none");
    }
  }
}
