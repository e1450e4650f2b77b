package headroom.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.kvcache.CacheFormatException;
import headroom.inference.sample.Distribution;
import headroom.inference.sample.Greedy;
import headroom.inference.sample.Sampling;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeculativeDecoderTest {
  private static final int[] PROMPT = {1, 17, 40, 41, 200};
  private static final KvCacheSpec CACHE =
      new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, 128, 1);
  private static LanguageModel model;

  @BeforeAll
  static void load() {
    model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Guesses what the model would say, but every third token wrongly. */
  private static Drafter mostlyRight(List<Integer> truth) {
    return (text, most) -> {
      int from = text.length - PROMPT.length;
      int count = Math.clamp(truth.size() - from, 0, most);
      int[] tokens = new int[count];
      for (int i = 0; i < count; i++) {
        tokens[i] = (from + i) % 3 == 2 ? 0 : truth.get(from + i);
      }
      return new Drafter.Draft(tokens, null);
    };
  }

  private static DecodeTrace plain(int tokens, Set<Integer> stop) {
    try (Session session = model.newSession(CACHE)) {
      return new PlainDecoder().generate(session, PROMPT, tokens, new Greedy(), stop, _ -> {});
    }
  }

  private static SpeculationTrace speculative(
      Drafter drafter, int most, int tokens, Set<Integer> stop) {
    List<Integer> heard = new ArrayList<>();
    try (Session session = model.newSession(CACHE)) {
      SpeculationTrace trace =
          new SpeculativeDecoder(drafter, most)
              .generate(session, PROMPT, tokens, new Greedy(), stop, heard::add);
      assertThat(heard).isEqualTo(trace.decode().tokens());
      assertThat(trace.decode().tokenNanos()).hasSize(heard.size() - 1);
      return trace;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 16})
  void aGreedyTextIsTheModelsOwnTokenForToken(int most) {
    List<Integer> truth = plain(60, Set.of()).tokens();
    for (Drafter drafter :
        List.of(mostlyRight(truth), Lookup.DEFAULT, (Drafter) (_, _) -> none())) {
      SpeculationTrace trace = speculative(drafter, most, 60, Set.of());
      assertThat(trace.decode().tokens()).isEqualTo(truth);
      assertThat(trace.accepted()).isLessThanOrEqualTo(trace.drafted());
    }
    SpeculationTrace right = speculative(mostlyRight(truth), most, 60, Set.of());
    assertThat(right.accepted()).isPositive();
    assertThat(right.rounds()).isEqualTo(59 - right.accepted());
    SpeculationTrace silent = speculative((_, _) -> none(), most, 60, Set.of());
    assertThat(silent.acceptanceRate()).isZero();
    assertThat(silent.rounds()).isEqualTo(59);
  }

  private static Drafter.Draft none() {
    return Drafter.Draft.NONE;
  }

  @Test
  void stopTokensLimitAndTheEndOfTheCacheEndAText() {
    List<Integer> truth = plain(200, Set.of()).tokens();
    assertThat(truth).as("the cache ends first").hasSize(128 - PROMPT.length + 1);
    assertThat(speculative(mostlyRight(truth), 7, 200, Set.of()).decode().tokens())
        .isEqualTo(truth);
    int stop = truth.get(13);
    assertThat(speculative(mostlyRight(truth), 7, 200, Set.of(stop)).decode().tokens())
        .isEqualTo(plain(200, Set.of(stop)).tokens());
    assertThat(speculative(mostlyRight(truth), 7, 4, Set.of()).decode().tokens())
        .isEqualTo(truth.subList(0, 4));
  }

  @Test
  void aModelThatDraftsForItselfIsAlwaysRight() {
    try (Session drafts = model.newSession(CACHE)) {
      SpeculationTrace trace = speculative(new DraftModel(drafts, new Greedy()), 4, 41, Set.of());
      assertThat(trace.decode().tokens()).isEqualTo(plain(41, Set.of()).tokens());
      assertThat(trace.acceptanceRate()).isEqualTo(1);
      assertThat(trace.rounds()).isEqualTo(8);
      assertThat(trace.draftNanos()).isPositive();
    }
  }

  static Stream<Drafter> drafters() {
    Random random = new Random(77);
    Drafter guessing = (_, most) -> new Drafter.Draft(random.ints(most, 0, 320).toArray(), null);
    return Stream.of(new Lookup(1), guessing);
  }

  private interface Generator {
    SpeculationTrace generate(Session session, int last, Distribution sampler);
  }

  private static void assertDrawnAsTheModelDraws(Drafter drafter, Distribution sampler) {
    assertDrawn(
        (session, last, of) ->
            new SpeculativeDecoder(drafter, 3)
                .generate(session, new int[] {last}, 3, of, Set.of(), _ -> {}),
        sampler);
  }

  /** The distribution of two tokens after a prompt, against the model's own. */
  private static void assertDrawn(Generator generator, Distribution sampler) {
    int draws = 1500;
    double[] first;
    double[][] second = new double[320][];
    try (Session session = model.newSession(CACHE)) {
      first = sampler.probabilities(session.forward(PROMPT));
      for (int token = 0; token < first.length; token++) {
        if (first[token] > 0) {
          second[token] = sampler.probabilities(session.forward(token));
          session.truncate(PROMPT.length);
        }
      }
      int[][] counts = new int[320][320];
      for (int i = 0; i < draws; i++) {
        session.reuse(PROMPT);
        int last = PROMPT[PROMPT.length - 1];
        // The first comes with the prompt, guesses decide about the second.
        List<Integer> drawn = generator.generate(session, last, sampler).decode().tokens();
        counts[drawn.get(0)][drawn.get(1)]++;
      }
      double chiSquare = 0;
      int cells = 0;
      double rareWanted = 0;
      int rareFound = 0;
      for (int a = 0; a < 320; a++) {
        for (int b = 0; b < 320; b++) {
          double wanted = second[a] == null ? 0 : draws * first[a] * second[a][b];
          if (wanted < 5) {
            rareWanted += wanted;
            rareFound += counts[a][b];
          } else {
            chiSquare += Math.pow(counts[a][b] - wanted, 2) / wanted;
            cells++;
          }
        }
      }
      if (rareWanted > 5) {
        chiSquare += Math.pow(rareFound - rareWanted, 2) / rareWanted;
        cells++;
      } else {
        assertThat(rareFound).isLessThan(20);
      }
      assertThat(cells).isGreaterThan(4);
      // Wilson and Hilferty: the cube root of chi-square over its degrees is nearly normal.
      double degrees = cells - 1;
      double z =
          (Math.cbrt(chiSquare / degrees) - (1 - 2 / (9 * degrees))) / Math.sqrt(2 / (9 * degrees));
      assertThat(z).as("chi-square %.1f of %d cells", chiSquare, cells).isLessThan(3.1);
    }
  }

  @ParameterizedTest
  @MethodSource("drafters")
  void aDrawnTextIsDistributedAsTheModelsOwn(Drafter drafter) {
    assertDrawnAsTheModelDraws(drafter, new Sampling(1.2f, 4, 1, 5));
  }

  @Test
  void draftsOfAnotherDistributionChangeNothing() {
    try (Session drafts = model.newSession(CACHE)) {
      Drafter other = new DraftModel(drafts, new Sampling(3f, 12, 1, 6));
      assertDrawnAsTheModelDraws(other, new Sampling(1.2f, 4, 1, 5));
    }
  }

  /** Right, wrong and half right guesses side by side. */
  private static TreeDrafter branching(List<Integer> truth) {
    return (text, most) -> {
      int from = text.length - PROMPT.length;
      int count = Math.clamp(truth.size() - from, 0, most);
      int[] right = truth.subList(from, from + count).stream().mapToInt(t -> t).toArray();
      int[] wrong = right.clone();
      int[] half = right.clone();
      for (int i = 0; i < count; i++) {
        wrong[i] = (right[i] + 1) % 256;
        half[i] = i < count / 2 ? right[i] : wrong[i];
      }
      return from % 3 == 0 ? List.of(wrong, half) : List.of(half, wrong, right);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-f32", "architectures/gemma3", "architectures/deepseek2"})
  void aTreeOfGuessesLeavesTheTextAsItIs(String name) {
    try (LanguageModel other = LanguageModel.load(GoldenFiles.of(name + ".gguf"));
        Session alone = other.newSession(CACHE);
        Session session = other.newSession(CACHE)) {
      List<Integer> truth =
          new PlainDecoder().generate(alone, PROMPT, 60, new Greedy(), Set.of(), _ -> {}).tokens();
      for (TreeDrafter drafter : List.of(branching(truth), new TreeLookup(3, 3))) {
        session.truncate(0);
        SpeculationTrace trace =
            new TreeDecoder(drafter, 4)
                .generate(session, PROMPT, 60, new Greedy(), Set.of(), _ -> {});
        assertThat(trace.decode().tokens()).isEqualTo(truth);
        assertThat(trace.rounds()).isEqualTo(59 - trace.accepted());
      }
      int[] kept = session.tokens();
      assertThat(kept).startsWith(PROMPT).hasSize(PROMPT.length + 59);
    }
  }

  @Test
  void aTreeIsDrawnAsTheModelDraws() {
    Random random = new Random(78);
    TreeDrafter guessing =
        (_, most) ->
            List.of(
                random.ints(most, 0, 320).toArray(),
                random.ints(most, 0, 320).toArray(),
                random.ints(most, 0, 320).toArray());
    assertDrawn(
        (session, last, sampler) ->
            new TreeDecoder(guessing, 2)
                .generate(session, new int[] {last}, 3, sampler, Set.of(), _ -> {}),
        new Sampling(1.2f, 4, 1, 5));
    try (Session likely = model.newSession(CACHE)) {
      TreeDrafter best = // the two likeliest of each, so that most are tried and many accepted
          (text, _) -> {
            int known = likely.reuse(text);
            float[] logits = likely.forward(Arrays.copyOfRange(text, known, text.length));
            int first = new Greedy().sample(logits);
            logits[first] = Float.NEGATIVE_INFINITY;
            return List.of(new int[] {new Greedy().sample(logits)}, new int[] {first});
          };
      assertDrawn(
          (session, last, sampler) ->
              new TreeDecoder(best, 2)
                  .generate(session, new int[] {last}, 3, sampler, Set.of(), _ -> {}),
          new Sampling(1.2f, 4, 1, 9));
    }
  }

  @Test
  void aCacheThatForgetsTakesNoTree() {
    KvCacheSpec kivi = CacheStorage.parse("kivi-2:32").orElseThrow().spec(64);
    try (Session session = model.newSession(kivi)) {
      assertThatThrownBy(
              () ->
                  new TreeDecoder(new TreeLookup(2, 2), 3)
                      .generate(session, PROMPT, 9, new Greedy(), Set.of(), _ -> {}))
          .isInstanceOf(CacheFormatException.class)
          .hasMessageContaining("takes no tree of tokens; use f16 or q8_0");
    }
  }

  @Test
  void aTreeOfNoTokensIsNoGuess() {
    int[] text = {1, 2, 3, 1, 2, 4, 1, 2};
    assertThat(new TreeLookup(2, 3).draft(text, 1)).containsExactly(new int[] {4}, new int[] {3});
    assertThat(new TreeLookup(2, 3).draft(text, 0)).isEmpty();
  }

  @Test
  void lookUpFindsTheLatestOfTheLongest() {
    int[] text = {1, 2, 3, 4, 9, 2, 3, 5, 9, 9, 2, 3};
    assertThat(new Lookup(3).draft(text, 2).tokens()).containsExactly(5, 9);
    assertThat(new Lookup(1).draft(text, 1).tokens()).containsExactly(5);
    assertThat(new Lookup(3).draft(new int[] {1, 2, 3}, 2).tokens()).isEmpty();
    assertThat(new Lookup(3).draft(new int[] {7, 7}, 5).tokens()).containsExactly(7);
    assertThatThrownBy(() -> new Lookup(0)).hasMessageContaining("wanted at least 1");
    assertThatThrownBy(() -> new SpeculativeDecoder(Lookup.DEFAULT, 0))
        .hasMessage("tokens to draft are 0; wanted at least 1");
  }
}
