package headroom.inference.decode;

import headroom.inference.kvcache.KvCache;
import headroom.inference.transformer.ForwardPass;
import headroom.inference.transformer.Transformer;
import java.util.HashSet;
import java.util.List;

/**
 * Sends tokens of several sessions through the network together, so that every weight is read once
 * for all of them (selective batching of Orca, OSDI 2022: matrices see all tokens, attention each
 * sequence alone); for one thread at a time.
 */
public final class SessionGroup {
  private final Transformer model;
  private final ForwardPass pass;

  /**
   * @param contextLength tokens that the longest session may grow to
   */
  public SessionGroup(Transformer model, int contextLength) {
    this.model = model;
    this.pass = new ForwardPass(model, contextLength);
  }

  /**
   * Appends tokens to each session and returns the logits [sessions][vocabulary] that follow the
   * last of each.
   *
   * @param sessions of this model, no two the same
   * @param tokens of each session, at least one; {@link Session#BATCH} in all at most
   * @throws IllegalArgumentException where they are not
   * @throws IllegalStateException where they do not fit a session's cache
   */
  public float[][] forward(List<Session> sessions, List<int[]> tokens) {
    check(sessions, tokens);
    int total = tokens.stream().mapToInt(of -> of.length).sum();
    int[] ids = new int[total];
    int[] counts = new int[sessions.size()];
    int[] last = new int[sessions.size()];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = tokens.get(i).length;
      System.arraycopy(tokens.get(i), 0, ids, at, counts[i]);
      at += counts[i];
      last[i] = at - 1;
    }
    List<KvCache> caches = sessions.stream().map(Session::cache).toList();
    pass.run(ids, caches, counts);
    for (int i = 0; i < counts.length; i++) {
      sessions.get(i).remember(tokens.get(i));
    }
    return pass.logits(last);
  }

  private void check(List<Session> sessions, List<int[]> tokens) {
    if (sessions.isEmpty() || sessions.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "found %d sessions and tokens for %d; wanted as many, at least 1"
              .formatted(sessions.size(), tokens.size()));
    }
    if (new HashSet<>(sessions).size() < sessions.size()) {
      throw new IllegalArgumentException("found a session twice; wanted each once in a batch");
    }
    int total = 0;
    for (int i = 0; i < sessions.size(); i++) {
      Session session = sessions.get(i);
      if (!session.isOf(model)) {
        throw new IllegalArgumentException(
            "session %d is of another model; wanted one of this".formatted(i));
      }
      session.check(tokens.get(i));
      int most = session.cache().batch();
      if (tokens.get(i).length > most) {
        throw new IllegalArgumentException(
            "session %d is given %d tokens; its cache takes %d at once"
                .formatted(i, tokens.get(i).length, most));
      }
      total += tokens.get(i).length;
    }
    if (total > Session.BATCH) {
      throw new IllegalArgumentException(
          "found %d tokens; wanted at most %d in a batch".formatted(total, Session.BATCH));
    }
  }
}
