package headroom.inference.decode;

import headroom.inference.sample.Sampler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Serves requests that come and go: every step takes one token of each answer that is under way
 * (iteration-level scheduling, Orca, OSDI 2022) and fills what is left of it with pieces of prompts
 * (chunked prefill, Sarathi, arXiv 2308.16369), so that nobody waits for another's long prompt.
 */
public final class ContinuousBatching implements AutoCloseable {
  /**
   * What is asked for.
   *
   * @param prompt at least one token
   * @param maxTokens to generate, at least 1
   * @param sampler chooses each token
   * @param stopTokens end the answer; the one that did is part of it
   */
  public record Request(int[] prompt, int maxTokens, Sampler sampler, Set<Integer> stopTokens) {
    public Request {
      if (prompt.length == 0 || maxTokens < 1) {
        throw new IllegalArgumentException(
            "found a prompt of %d tokens and %d to generate; wanted at least 1 of each"
                .formatted(prompt.length, maxTokens));
      }
    }
  }

  /** A request on its way: what was generated, and when. */
  public static final class Answer {
    private final Request request;
    private final long askedNanos = System.nanoTime();
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private int prefilled;
    private boolean done;

    Answer(Request request) {
      this.request = request;
    }

    /** Tokens generated so far. */
    public List<Integer> tokens() {
      return List.copyOf(tokens);
    }

    /** Nanoseconds from the request to each token. */
    public List<Long> nanos() {
      return List.copyOf(nanos);
    }

    /** True where no more will come. */
    public boolean done() {
      return done;
    }

    private boolean isPrefilling() {
      return prefilled < request.prompt.length;
    }

    private void take(float[] logits, int room) {
      int token = request.sampler.sample(logits);
      tokens.add(token);
      nanos.add(System.nanoTime() - askedNanos);
      done = tokens.size() == request.maxTokens || request.stopTokens.contains(token) || room == 0;
    }
  }

  /** An answer and the session that it has until it is done. */
  private record Seat(Answer answer, Session session) {}

  private final SessionGroup group;
  private final Supplier<Session> sessions;
  private final int seats;
  private final int stepTokens;
  private final Deque<Answer> waiting = new ArrayDeque<>();
  private final List<Seat> active = new ArrayList<>();
  private final Deque<Session> free = new ArrayDeque<>();

  /**
   * @param sessions opens one more; each is used again and closed at the end
   * @param seats most answers under way, at least 1
   * @param stepTokens most tokens of one step, at least as many as seats, at most {@link
   *     Session#BATCH}
   */
  public ContinuousBatching(
      SessionGroup group, Supplier<Session> sessions, int seats, int stepTokens) {
    if (seats < 1 || stepTokens < seats || stepTokens > Session.BATCH) {
      throw new IllegalArgumentException(
          "found %d seats and %d tokens a step; wanted at least 1 and from that to %d"
              .formatted(seats, stepTokens, Session.BATCH));
    }
    this.group = group;
    this.sessions = sessions;
    this.seats = seats;
    this.stepTokens = stepTokens;
  }

  /** Queues a request; its answer grows with the steps. */
  public Answer submit(Request request) {
    Answer answer = new Answer(request);
    waiting.add(answer);
    return answer;
  }

  /**
   * One forward pass for everybody.
   *
   * @return tokens that went through; 0 where nothing is left to do
   */
  public int step() {
    while (active.size() < seats && !waiting.isEmpty()) {
      Session session = free.isEmpty() ? sessions.get() : free.poll();
      session.truncate(0);
      active.add(new Seat(waiting.remove(), session));
    }
    List<Seat> part = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    int left = stepTokens;
    for (Seat seat : active) {
      if (!seat.answer.isPrefilling()) {
        part.add(seat);
        tokens.add(new int[] {seat.answer.tokens.getLast()});
        left--;
      }
    }
    for (Seat seat : active) {
      Answer answer = seat.answer;
      if (answer.isPrefilling() && left > 0) {
        int[] prompt = answer.request.prompt;
        int most = Math.min(left, seat.session.cache().batch());
        int end = Math.min(prompt.length, answer.prefilled + most);
        part.add(seat);
        tokens.add(Arrays.copyOfRange(prompt, answer.prefilled, end));
        left -= end - answer.prefilled;
        answer.prefilled = end;
      }
    }
    if (part.isEmpty()) {
      return 0;
    }
    float[][] logits = group.forward(part.stream().map(Seat::session).toList(), tokens);
    for (int i = 0; i < logits.length; i++) {
      Seat seat = part.get(i);
      if (!seat.answer.isPrefilling()) {
        seat.answer.take(logits[i], seat.session.room());
        if (seat.answer.done) {
          active.remove(seat);
          free.add(seat.session);
        }
      }
    }
    return stepTokens - left;
  }

  /** Closes every session. */
  @Override
  public void close() {
    active.forEach(seat -> seat.session.close());
    free.forEach(Session::close);
    active.clear();
    free.clear();
  }
}
