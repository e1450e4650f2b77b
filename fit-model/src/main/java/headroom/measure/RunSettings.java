package headroom.measure;

/**
 * How it was run.
 *
 * @param runtime {@code embedded} or another runtime
 * @param kernels kernel set that served, for example {@code vector-256}
 * @param threads worker threads
 * @param keyFormat storage of cached keys
 * @param valueFormat storage of cached values
 */
public record RunSettings(
    String runtime, String kernels, int threads, String keyFormat, String valueFormat) {}
