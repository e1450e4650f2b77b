package headroom.inference.kernel;

/** One thread's working memory, kept between calls so that kernels allocate nothing. */
public final class Lane {
  private float[] floats = new float[0];
  private final PackedInput packed = new PackedInput();
  private final PackedInput attention = new PackedInput();

  /** At least {@code size} floats of any content; the next call may return the same array. */
  public float[] floats(int size) {
    if (floats.length < size) {
      floats = new float[size];
    }
    return floats;
  }

  /** Room for packed activations; the next caller gets the same. */
  public PackedInput packed() {
    return packed;
  }

  /** Room for what attention keeps of its queries; the next caller gets the same. */
  public PackedInput attention() {
    return attention;
  }
}
