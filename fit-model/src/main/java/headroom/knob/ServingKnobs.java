package headroom.knob;

import static headroom.knob.PaperFigure.of;

import headroom.fit.CacheAllocation;
import headroom.fit.FitQuestion;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** How the sequences of one device share its memory and its time. */
final class ServingKnobs {
  /** vLLM's pages; sequences fill 38.2 % of what even a perfect forecast would reserve. */
  private static final CacheAllocation PAGES = new CacheAllocation.Paged(16, 0.382);

  /** The longest prefix of the Hydragen paper's measurements. */
  private static final int HYDRAGEN_PREFIX = 16_384;

  /** A chunk at which the SARATHI paper measured the cost of small chunks. */
  private static final int CHUNK = 256;

  static final List<PaperKnob> ALL =
      List.of(
          knob(
                  "paged-attention",
                  "PagedAttention",
                  "Sequences take pages of 16 tokens when they need them instead of their longest length"
                      + " at once. Computed for sequences that fill 38.2 % of it, as in the paper's"
                      + " trace; one user who fills the context gains nothing.",
                  question -> question.withTechniques(t -> t.withAllocation(PAGES)),
                  Objections::none,
                  of(
                      "2 to 4 times the throughput at the same latency",
                      "against FasterTransformer and Orca, popular models",
                      "arXiv 2309.06180, abstract"),
                  of(
                      "96.3 % of the cache holds tokens, 20.4 to 38.2 % in contiguous systems",
                      "the authors' trace; 38.2 % with the true lengths known beforehand",
                      "arXiv 2309.06180, Figure 2"))
              .citing("arXiv 2309.06180, section 4: pages of 16 tokens"),
          knob(
                  "contiguous-cache",
                  "Contiguous cache, full length reserved",
                  "What PagedAttention is compared with: each sequence reserves as many tokens in one"
                      + " piece as the model can take.",
                  question ->
                      question.withTechniques(
                          t ->
                              t.withAllocation(
                                  new CacheAllocation.Contiguous(
                                      question
                                          .model()
                                          .maxContext()
                                          .orElse(question.contextPerSequence())))),
                  question ->
                      question.model().maxContext().isPresent()
                          ? Optional.empty()
                          : Optional.of(
                              "the longest context of %s is not known; the asked one is reserved."
                                  .formatted(question.model().name())),
                  of(
                      "20.4 % of the reserved cache holds tokens",
                      "Orca, as the authors built it, reserving the longest length",
                      "arXiv 2309.06180, Figure 2"))
              .citing("arXiv 2309.06180, section 3: the longest length reserved in one piece"),
          knob(
              "prompt-cache",
              "Prompt Cache",
              "Stored states of text that prompts have in common are not computed again. Computed for"
                  + " prompts whose first half is stored.",
              question -> shared(question, question.contextPerSequence() / 2, "arXiv 2311.04934"),
              Objections::none,
              of(
                  "first token up to 8 times as early",
                  "GPU, prompts such as questions about documents",
                  "arXiv 2311.04934, abstract"),
              of(
                  "first token up to 60 times as early",
                  "CPU, the same prompts",
                  "arXiv 2311.04934, abstract")),
          knob(
              "hydragen",
              "Hydragen, shared prefix",
              "All sequences begin with the same text, whose keys and values are stored once and read"
                  + " once for all of them. Computed for half of each sequence, at most 16,384"
                  + " tokens.",
              question ->
                  shared(
                      question,
                      Math.min(HYDRAGEN_PREFIX, question.contextPerSequence() / 2),
                      "arXiv 2402.05099"),
              ServingKnobs::alone,
              of(
                  "up to 32 times the throughput",
                  "CodeLlama-13b, large batch with a long shared prefix, against vLLM",
                  "arXiv 2402.05099, abstract"),
              of(
                  "under 15 % of throughput lost from 1K to 16K shared tokens",
                  "large batch; others lose over 90 %", "arXiv 2402.05099, abstract")),
          knob(
              "chunked-prefills",
              "Chunked prefills, 256 tokens",
              "Prompts are read in pieces that share steps with the decode of other sequences. Less"
                  + " scratch memory; prompts are read somewhat more slowly.",
              question -> question.withMicroBatch(Math.min(CHUNK, question.microBatch())),
              question ->
                  question.microBatch() > CHUNK
                      ? Optional.empty()
                      : Optional.of(
                          "prompts are read in pieces of %d tokens already, so nothing changes."
                              .formatted(question.microBatch())),
              of(
                  "12.5 % slower prefill with chunks of 256, none with 512",
                  "LLaMA-13B", "arXiv 2308.16369, Figure 4a", "A6000"),
              of(
                  "up to 10 times the decode throughput, 1.33 times end to end",
                  "LLaMA-13B, decodes riding along with chunks",
                  "arXiv 2308.16369, abstract",
                  "A6000"),
              of(
                  "2.6 times the capacity of vLLM under a limit on latency",
                  "Mistral-7B",
                  "arXiv 2403.02310, abstract",
                  "A100")));

  private ServingKnobs() {}

  private static PaperKnob knob(
      String slug,
      String label,
      String explanation,
      UnaryOperator<FitQuestion> change,
      Function<FitQuestion, Optional<String>> objection,
      PaperFigure... figures) {
    return new PaperKnob(
        slug, label, explanation, KnobKind.SERVING, List.of(figures), change, objection);
  }

  /** One sequence keeps as much as before, so its cache cites nothing. */
  private static FitQuestion shared(FitQuestion question, int tokens, String paper) {
    int prefix = Math.max(1, tokens);
    FitQuestion shared = question.withTechniques(t -> t.withSharedPrefix(prefix));
    return question.sequences() == 1
        ? shared
        : shared.withTechniques(
            t -> t.withCacheSource("%s: %d tokens stored once".formatted(paper, prefix)));
  }

  private static Optional<String> alone(FitQuestion question) {
    return question.sequences() > 1
        ? Optional.empty()
        : Optional.of(
            "one sequence has nobody to share with, so memory stays; ask for several parallel"
                + " sequences.");
  }
}
