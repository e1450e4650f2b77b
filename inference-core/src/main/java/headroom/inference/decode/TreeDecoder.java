package headroom.inference.decode;

import headroom.inference.sample.Distribution;
import headroom.inference.transformer.TokenTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Lets a drafter guess several continuations, which the target checks in one forward pass
 * (SpecInfer, arXiv 2305.09781): at each node the guesses are tried one after the other, and a
 * rejected one leaves the distribution that the next is tried against (algorithm 2, for guesses
 * that are chosen and not drawn), so that what comes out is distributed as the target's own.
 */
public final class TreeDecoder {
  private final TreeDrafter drafter;
  private final int most;

  /**
   * @param most tokens of each guess, at least 1
   */
  public TreeDecoder(TreeDrafter drafter, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("tokens to draft are " + most + "; wanted at least 1");
    }
    this.drafter = drafter;
    this.most = most;
  }

  /** Appends a prompt to the session, then generates as {@link PlainDecoder} does. */
  public SpeculationTrace generate(
      Session session,
      int[] prompt,
      int maxTokens,
      Distribution sampler,
      Set<Integer> stopTokens,
      IntConsumer onToken) {
    return new SpeculationProgress(maxTokens, stopTokens, onToken)
        .rounds(
            session,
            prompt,
            sampler,
            (text, left) -> {
              List<int[]> guesses = drafter.draft(text, Math.min(most, left));
              TokenTree tree =
                  TokenTree.of(text[text.length - 1], fitting(guesses, session.room() - 1));
              return new SpeculationProgress.Guesses(
                  tree.size() - 1, () -> check(session, tree, sampler));
            });
  }

  /** As many of the guesses as the cache has room for. */
  private static List<int[]> fitting(List<int[]> guesses, int room) {
    List<int[]> fitting = new ArrayList<>();
    int left = Math.min(room, Session.BATCH - 1);
    for (int[] guess : guesses) {
      if (guess.length > 0 && guess.length <= left) {
        fitting.add(guess);
        left -= guess.length;
      }
    }
    return fitting;
  }

  /** The line of guesses that stands, and one token more; the session ends before that one. */
  private static int[] check(Session session, TokenTree tree, Distribution sampler) {
    float[][] logits = session.forward(tree);
    int[] tokens = tree.tokens();
    List<Integer> kept = new ArrayList<>(List.of(0));
    List<Integer> next = new ArrayList<>();
    int node = 0;
    while (node >= 0) {
      double[] weights = sampler.probabilities(logits[node]);
      node = accepted(tree.children(node), weights, sampler);
      if (node < 0) {
        next.add(sampler.draw(weights));
      } else {
        kept.add(node);
        next.add(tokens[node]);
      }
    }
    session.keep(tree, kept.stream().mapToInt(Integer::intValue).toArray());
    return next.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The child that stands, below 0 where none does; what was rejected weighs nothing any more. */
  private static int accepted(
      Map<Integer, Integer> children, double[] weights, Distribution sampler) {
    double left = 1;
    for (Map.Entry<Integer, Integer> child : children.entrySet()) {
      int token = child.getKey();
      if (sampler.next() * left < weights[token]) {
        return child.getValue();
      }
      left -= weights[token];
      weights[token] = 0;
    }
    return -1;
  }
}
