package headroom.inference.kvcache;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** What a recurrent layer remembers of one sequence; all zero before the first token. */
public final class RecurrentState {
  private final float[] convolution;
  private final float[] state;

  RecurrentState(StateShape shape) {
    this(new float[shape.convolution()], new float[shape.state()]);
  }

  private RecurrentState(float[] convolution, float[] state) {
    this.convolution = convolution;
    this.state = state;
  }

  /** The newest inputs of the layer's convolution; the layer says in which order. */
  public float[] convolution() {
    return convolution;
  }

  /** The state itself; the layer says in which order. */
  public float[] state() {
    return state;
  }

  long bytes() {
    return (long) Float.BYTES * (convolution.length + state.length);
  }

  RecurrentState copy() {
    return new RecurrentState(convolution.clone(), state.clone());
  }

  void set(RecurrentState other) {
    System.arraycopy(other.convolution, 0, convolution, 0, convolution.length);
    System.arraycopy(other.state, 0, state, 0, state.length);
  }

  void clear() {
    Arrays.fill(convolution, 0);
    Arrays.fill(state, 0);
  }

  List<MemorySegment> stored() {
    return List.of(MemorySegment.ofArray(convolution), MemorySegment.ofArray(state));
  }
}
