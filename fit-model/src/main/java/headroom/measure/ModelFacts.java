package headroom.measure;

import java.util.Optional;

/**
 * What was run, by what the file says and never by its name alone.
 *
 * @param name {@code general.name} of the header
 * @param architecture {@code general.architecture}
 * @param shape catalogue id whose shape this is, where the agent synthesised it
 * @param format most frequent weight format by bytes, for example {@code Q8_0}
 * @param fileBytes size of the file
 * @param parameters elements of all tensors
 * @param headerSha256 hash of everything before the tensor data, lower-case hex
 * @param synthetic true where the weights are seeded random numbers
 * @param weightBytesPerToken bytes of weights that decoding one token reads
 * @param cacheBytesPerToken bytes that one token of context adds to what decoding reads
 */
public record ModelFacts(
    String name,
    String architecture,
    Optional<String> shape,
    String format,
    long fileBytes,
    long parameters,
    String headerSha256,
    boolean synthetic,
    long weightBytesPerToken,
    long cacheBytesPerToken) {}
