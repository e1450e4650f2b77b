package headroom.paper;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The tracks of the library: what part of running a model a paper is about. */
public enum Topic {
  FOUNDATIONS(
      "Foundations",
      "The architectures and models that everything else starts from: where layers, heads, experts"
          + " and latents come from."),
  LOCAL_INFERENCE(
      "Local Inference",
      "Running models on one machine that is really too small for them: offload, sparsity in"
          + " activations, flash storage, laptops and phones."),
  QUANTIZATION(
      "Quantization", "Fewer bits for weights and activations, and what it costs in quality."),
  KV_CACHE(
      "KV Cache",
      "The memory that grows with every token: smaller numbers, fewer tokens, shared prefixes."),
  KERNELS("Kernels", "How attention and matrix products reach what the hardware can do."),
  SERVING(
      "Serving",
      "Many requests on one engine: batching, scheduling, paging, speculative decoding."),
  COMPRESSION(
      "Compression", "Pruning and sparsity: leaving out weights and activations altogether."),
  LONG_CONTEXT("Long Context", "Training and running with contexts that no single device holds.");

  private final String label;
  private final String description;

  Topic(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** As it is written in the files and on the pages. */
  public String label() {
    return label;
  }

  /** One sentence for the topic's page. */
  public String description() {
    return description;
  }

  /** Its name in URLs: {@code kv-cache}. */
  public String slug() {
    return label.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  /** The topic with this label. */
  public static Optional<Topic> byLabel(String label) {
    return Arrays.stream(values()).filter(t -> t.label.equals(label)).findFirst();
  }

  /** The topic with this slug. */
  public static Optional<Topic> bySlug(String slug) {
    return Arrays.stream(values()).filter(t -> t.slug().equals(slug)).findFirst();
  }
}
