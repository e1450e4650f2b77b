package headroom.agent.bench;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import headroom.gguf.TensorInfo;
import headroom.kv.CacheStorage;
import headroom.measure.ModelFacts;
import headroom.model.AttentionSpec;
import headroom.model.HeaderModel;
import headroom.model.LayerSpec;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a model file is, by its header and never by its name. */
public final class FileFacts {
  private FileFacts() {}

  /**
   * Reads the facts.
   *
   * @param cache storage of cached keys and values, which the bytes per token of context follow
   *     from
   */
  public static ModelFacts of(Path file, GgufHeader header, CacheStorage cache) throws IOException {
    GgufMetadata metadata = header.metadata();
    return new ModelFacts(
        metadata.findString("general.name").orElse("unnamed"),
        metadata.getString("general.architecture"),
        metadata.findString("headroom.shape"),
        mainFormat(header.tensors()).name(),
        Files.size(file),
        header.tensors().stream().mapToLong(TensorInfo::elements).sum(),
        sha256(file, header.dataOffset()),
        metadata.findBoolean("headroom.synthetic").orElse(false),
        weightBytesPerToken(header),
        cacheBytesPerToken(HeaderModel.of(header).layers(), cache));
  }

  /** The format that most bytes are stored in. */
  private static QuantFormat mainFormat(List<TensorInfo> tensors) {
    return tensors.stream()
        .collect(
            Collectors.groupingBy(
                TensorInfo::format, Collectors.summingLong(tensor -> tensor.bytes().value())))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(QuantFormat.F32);
  }

  /**
   * Every tensor once, but of experts the share that serves a token, and of a token embedding that
   * is not also the output matrix a single row.
   */
  static long weightBytesPerToken(GgufHeader header) {
    GgufMetadata metadata = header.metadata();
    String architecture = metadata.getString("general.architecture");
    long experts = metadata.findLong(architecture + ".expert_count").orElse(0);
    long used = metadata.findLong(architecture + ".expert_used_count").orElse(experts);
    boolean tied = header.tensor("output.weight").isEmpty();
    long sum = 0;
    for (TensorInfo tensor : header.tensors()) {
      long bytes = tensor.bytes().value();
      boolean embedding =
          tensor.name().equals("per_layer_token_embd.weight")
              || (tensor.name().equals("token_embd.weight") && !tied);
      if (embedding) {
        sum += bytes / Math.max(1, tensor.elements() / tensor.shape().getFirst());
      } else if (tensor.name().contains("_exps.") && experts > 0) {
        sum += Math.multiplyExact(bytes, used) / experts;
      } else {
        sum += bytes;
      }
    }
    return sum;
  }

  /**
   * Multiply-adds that one token of a prompt takes in matrices: an element each, of experts the
   * share that serves a token; the output matrix is for the last token alone.
   */
  public static long multiplyAddsPerPromptToken(GgufHeader header) {
    GgufMetadata metadata = header.metadata();
    String architecture = metadata.getString("general.architecture");
    long experts = metadata.findLong(architecture + ".expert_count").orElse(0);
    long used = metadata.findLong(architecture + ".expert_used_count").orElse(experts);
    long sum = 0;
    for (TensorInfo tensor : header.tensors()) {
      boolean aside = tensor.name().contains("token_embd") || tensor.name().startsWith("output");
      if (tensor.shape().size() > 1 && !aside) {
        boolean routed = tensor.name().contains("_exps.") && experts > 0;
        sum += routed ? Math.multiplyExact(tensor.elements(), used) / experts : tensor.elements();
      }
    }
    return sum;
  }

  /**
   * What one more token of context adds. Layers with a sliding window add nothing once it is full,
   * recurrent layers never do.
   */
  static long cacheBytesPerToken(List<LayerSpec> layers, CacheStorage cache) {
    double bits = 0;
    for (LayerSpec layer : layers) {
      bits +=
          switch (layer.attention()) {
            case AttentionSpec.GroupedQuery q ->
                (double) q.kvHeads()
                    * (q.keySize() * cache.keyBits() + q.valueSize() * cache.valueBits());
            case AttentionSpec.LatentAttention latent ->
                (latent.latentSize() + latent.ropeSize()) * cache.keyBits();
            case AttentionSpec.SlidingWindow _, AttentionSpec.Recurrent _, AttentionSpec.None _ ->
                0;
          };
    }
    return Math.round(bits / 8);
  }

  private static String sha256(Path file, long bytes) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[1 << 16];
      for (long left = bytes; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          break;
        }
        left -= read;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
