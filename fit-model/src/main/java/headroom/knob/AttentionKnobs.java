package headroom.knob;

import static headroom.knob.PaperFigure.of;

import headroom.fit.FitQuestion;
import headroom.fit.Techniques.SparseRead;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.AttentionSpec.Indexer;
import headroom.model.AttentionSpec.LatentAttention;
import headroom.model.AttentionSpec.SlidingWindow;
import headroom.model.ModelSpec;
import headroom.quant.AsStored;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** How attention is computed, and what a model's attention would be after a conversion. */
final class AttentionKnobs {
  /** {@code kv_lora_rank} and rotary part of DeepSeek-V2 and V3 (arXiv 2405.04434). */
  private static final int LATENT = 512;

  private static final int ROTARY = 64;

  /** The groups that the GQA paper settles on (arXiv 2305.13245). */
  private static final int GROUPS = 8;

  /** Indexer of DeepSeek-V3.2: 64 heads of 128 that choose 2048 tokens. */
  private static final Indexer LIGHTNING = new Indexer(64, 128, 2048);

  /** 16 blocks of 64 chosen and a window of 512; one summary for every 16 tokens. */
  private static final SparseRead NSA = new SparseRead(16 * 64 + 512, OptionalInt.of(16));

  static final List<PaperKnob> ALL =
      List.of(
          knob(
              "flash-attention",
              "FlashAttention",
              "Computes exact attention tile by tile, so scratch memory no longer grows with the"
                  + " context. llama.cpp turns it on where the device supports it, and it is what"
                  + " quantised values need.",
              question -> question.withFlashAttention(true),
              Objections::none,
              of(
                  "training up to 3 times as fast",
                  "GPT-2 at 1024 tokens; 15 % for BERT-large at 512",
                  "arXiv 2205.14135, abstract"),
              of(
                  "2 times as fast again, 50 to 73 % of the peak",
                  "second version", "arXiv 2307.08691, abstract", "A100")),
          knob(
                  "gqa",
                  "GQA, at most 8 key-value heads",
                  "Several query heads share one key-value head. Existing models can be converted with"
                      + " about 5 % of their training.",
                  question -> Conversion.apply(question, from -> from.grouped(GROUPS)),
                  needs(heads(GROUPS), "has no layer with more than 8 key-value heads"),
                  of(
                      "0.28 s per sample instead of 1.51, score 47.1 instead of 47.2",
                      "T5-XXL with 8 groups against full heads, mean of seven tasks",
                      "arXiv 2305.13245, Table 1",
                      "TPU v4"),
                  of("used for the 34B and 70B sizes", "Llama 2", "arXiv 2307.09288, Table 1"))
              .citing("arXiv 2305.13245: at most 8 key-value heads"),
          knob(
                  "mqa",
                  "Multi-query attention",
                  "All query heads share one key-value head, the least that can be cached. Needs training.",
                  question -> Conversion.apply(question, from -> from.grouped(1)),
                  needs(heads(1), "has no layer with more than one key-value head"),
                  of(
                      "contexts up to 32 times as long",
                      "models beyond 500B parameters with suitable partitioning",
                      "arXiv 2211.05102, abstract",
                      "TPU v4"),
                  of(
                      "0.24 s per sample instead of 1.51, score 46.6 instead of 47.2",
                      "T5-XXL against full heads, mean of seven tasks",
                      "arXiv 2305.13245, Table 1",
                      "TPU v4"))
              .citing("arXiv 2305.13245: one key-value head"),
          knob(
              "mla",
              "Multi-head latent attention (MLA)",
              "One latent of 512 elements and one rotary key of 64 per token instead of keys and"
                  + " values, the sizes of DeepSeek-V2 and V3. Needs training; conversions exist.",
              question -> Conversion.apply(question, from -> from.latent(LATENT, ROTARY)),
              needs(AttentionKnobs::wider, "keeps no more than 576 elements per token and layer"),
              of(
                  "512 + 64 elements per token and layer for 128 heads",
                  "DeepSeek-V3, latent and rotary key",
                  "arXiv 2412.19437, section 4.2"),
              of(
                  "93.3 % less cache, 5.76 times the throughput",
                  "DeepSeek-V2 against DeepSeek 67B", "arXiv 2405.04434, abstract"),
              of(
                  "93 % less cache, 10.6 times as fast at 8K tokens",
                  "LLaMA-2-7B converted by TransMLA, 6 billion tokens of fine-tuning",
                  "arXiv 2502.07864, abstract")),
          knob(
                  "cla",
                  "Cross-layer attention, pairs of layers",
                  "Every second layer reads the keys and values of the layer before. Needs training.",
                  question -> Conversion.apply(question, Conversion::acrossLayers),
                  needs(
                      model -> Objections.any(model, GroupedQuery.class::isInstance),
                      "has no layers of full attention that could share"),
                  of(
                      "half the cache at nearly the same accuracy",
                      "models of 1B and 3B parameters trained from scratch, against multi-query"
                          + " attention",
                      "arXiv 2405.12981, abstract"))
              .citing("arXiv 2405.12981: every second layer keeps nothing"),
          knob(
                  "dsa",
                  "DeepSeek sparse attention",
                  "A small indexer scores every cached token and attention reads the best 2048. The cache"
                      + " grows by the indexer's keys; what shrinks is reading. Needs training.",
                  question -> Conversion.apply(question, from -> from.indexed(LIGHTNING)),
                  needs(
                      model ->
                          Objections.any(
                              model, a -> a instanceof LatentAttention l && l.indexer().isEmpty()),
                      "has no latent attention without an indexer, which is what the paper extends"),
                  of(
                      "2048 tokens read for each query",
                      "DeepSeek-V3.2, trained on 943.7 billion more tokens at 128K",
                      "arXiv 2512.02556, section 2.1"))
              .citing("arXiv 2512.02556, section 2.1: one key of 128 elements more per token"),
          knob(
                  "nsa",
                  "Native sparse attention",
                  "Each token reads summaries of the whole context, 16 chosen blocks of 64 and the last"
                      + " 512 tokens. The cache does not shrink. Needs training from the start.",
                  AttentionKnobs::sparse,
                  needs(
                      model -> Objections.any(model, GroupedQuery.class::isInstance),
                      "has no layers of full grouped-query attention, which is what the paper shows"),
                  of(
                      "5632 instead of 65536 tokens read, 11.6 times as fast expected",
                      "decode at 64K; 2048 of 8192 at 8K",
                      "arXiv 2502.11089, Table 4"),
                  of(
                      "9.0 times as fast forward, 6.0 times backward",
                      "64K tokens, 8 GPUs",
                      "arXiv 2502.11089, section 5.1",
                      "A100"))
              .citing("arXiv 2502.11089: a summary for every 16 tokens"));

  private AttentionKnobs() {}

  private static PaperKnob knob(
      String slug,
      String label,
      String explanation,
      UnaryOperator<FitQuestion> change,
      Function<FitQuestion, Optional<String>> objection,
      PaperFigure... figures) {
    return new PaperKnob(
        slug, label, explanation, KnobKind.ATTENTION, List.of(figures), change, objection);
  }

  /** Objects where a file fixes the model, or the model has nothing to change. */
  static Function<FitQuestion, Optional<String>> needs(
      Predicate<ModelSpec> applies, String otherwise) {
    return question -> {
      String name = question.model().name();
      if (question.weights() instanceof AsStored) {
        return Optional.of(
            "%s is taken from a file as it is stored, so nothing changes; ask about the model"
                    .formatted(name)
                + " with a weight format instead.");
      }
      return applies.test(question.model())
          ? Optional.empty()
          : Optional.of("%s %s, so nothing changes.".formatted(name, otherwise));
    };
  }

  private static Predicate<ModelSpec> heads(int more) {
    return model ->
        Objections.any(
            model,
            attention ->
                switch (attention) {
                  case GroupedQuery heads -> heads.kvHeads() > more;
                  case SlidingWindow window -> window.heads().kvHeads() > more;
                  default -> false;
                });
  }

  private static boolean wider(ModelSpec model) {
    return Objections.any(
        model,
        a ->
            a instanceof GroupedQuery h
                && h.kvHeads() * (h.keySize() + h.valueSize()) > LATENT + ROTARY);
  }

  private static FitQuestion sparse(FitQuestion question) {
    return Objections.any(question.model(), GroupedQuery.class::isInstance)
        ? question.withTechniques(t -> t.withSparseRead(NSA))
        : question;
  }
}
