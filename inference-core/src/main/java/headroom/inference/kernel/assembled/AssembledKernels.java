package headroom.inference.kernel.assembled;

import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.RowParts;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvRows;
import headroom.inference.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Products, attention, norms, rotations and gates in machine code assembled here; what is left is
 * other kernels'.
 */
public final class AssembledKernels implements Kernels {
  private final KernelLibrary library;
  private final TileMemory memory;
  private final Kernels others;

  AssembledKernels(KernelLibrary library, TileMemory memory, Kernels others) {
    this.library = library;
    this.memory = memory;
    this.others = others;
  }

  /**
   * Assembles for this machine and checks every kernel against the reference.
   *
   * @param machine that this process runs on
   * @param pages where memory comes from
   * @param others serve what is not assembled
   * @throws UnfitException where a kernel computes wrongly
   * @throws headroom.inference.assembler.RefusedException where the system lets nothing be executed
   */
  public static AssembledKernels checked(Machine machine, PageSource pages, Kernels others) {
    KernelLibrary library = new KernelLibrary(machine, pages);
    try {
      new StartupCheck(library).run();
    } catch (RuntimeException e) {
      library.close();
      throw e;
    }
    return new AssembledKernels(library, TileMemory.ofSystem(pages), others);
  }

  @Override
  public String name() {
    return "assembled-" + library.machine().label();
  }

  /** The instructions they are made of, for example {@code avx2}. */
  public String instructions() {
    return library.machine().label();
  }

  /** Bytes of repacked weights, besides the file's own. */
  public long repackedBytes() {
    return memory.taken();
  }

  @Override
  public Linear bind(Tensor weight) {
    try (Threads alone = new Threads(1)) {
      return bind(weight, alone);
    }
  }

  @Override
  public Linear bind(Tensor weight, Threads threads) {
    Optional<RowFormat> floats = RowFormat.of(weight.format());
    if (floats.isPresent() && RowLinear.serves(weight)) {
      return new RowLinear(
          threads.spread() ? nearby(weight, threads) : weight, floats.get(), library);
    }
    Optional<TileFormat> format = TileFormat.of(weight.format(), library.machine());
    if (format.isEmpty()) {
      return others.bind(weight);
    }
    long bytes = AssembledLinear.bytes(weight, format.get(), library.machine().lanes());
    Optional<MemorySegment> tiles = memory.take(bytes);
    return tiles.isPresent()
        ? new AssembledLinear(weight, format.get(), library, tiles.get(), threads)
        : others.bind(weight);
  }

  /** A copy whose rows lie near the threads that multiply them; itself where memory is short. */
  private Tensor nearby(Tensor weight, Threads threads) {
    Optional<MemorySegment> copy = memory.takeSpare(weight.data().byteSize());
    if (copy.isEmpty()) {
      return weight;
    }
    long partBytes = RowParts.ROWS * weight.rowBytes();
    threads.place(
        (part, parts, lane) -> {
          long at = part * partBytes;
          long bytes = Math.min(partBytes, weight.data().byteSize() - at);
          MemorySegment.copy(weight.data(), at, copy.get(), at, bytes);
        },
        Math.ceilDiv(weight.rows(), RowParts.ROWS));
    return new Tensor(weight.name(), weight.format(), weight.shape(), copy.get());
  }

  @Override
  public String remark() {
    if (memory.refused() == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "Not enough memory to repack %.2f GB of the weights: %s kernels read those from the file.",
        memory.refused() / 1e9,
        others.name());
  }

  /** Frees the tiles and the code; no thread may be multiplying. */
  @Override
  public void close() {
    memory.close();
    library.close();
  }

  @Override
  public void decode(Tensor matrix, int row, float[] out, int outOffset) {
    MemorySegment data = matrix.data();
    if (!library.decodesRows(matrix.format()) || !data.isNative()) {
      others.decode(matrix, row, out, outOffset);
      return;
    }
    if (!data.scope().isAlive()) {
      throw new IllegalStateException("the model is closed; load it again");
    }
    library.requireOpen();
    long at = row * matrix.rowBytes();
    Objects.checkFromIndexSize(at, matrix.rowBytes(), data.byteSize());
    Objects.checkFromIndexSize(outOffset, matrix.columns(), out.length);
    library.decodeRow(matrix.format(), data.address() + at, out, outOffset, matrix.columns());
  }

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, int size, float epsilon, float[] out, int outOffset) {
    Objects.checkFromIndexSize(xOffset, size, x.length);
    Objects.checkFromIndexSize(0, size, weight.length);
    Objects.checkFromIndexSize(outOffset, size, out.length);
    library.requireOpen();
    library.norm(x, xOffset, weight, size, epsilon, out, outOffset);
  }

  @Override
  public void layerNorm(
      float[] x,
      int xOffset,
      float[] weight,
      float[] bias,
      int size,
      float epsilon,
      float[] out,
      int outOffset) {
    others.layerNorm(x, xOffset, weight, bias, size, epsilon, out, outOffset);
  }

  @Override
  public void add(float[] x, int xOffset, float[] delta, int deltaOffset, int size) {
    addScaled(x, xOffset, 1, delta, deltaOffset, size);
  }

  @Override
  public void addScaled(
      float[] x, int xOffset, float scale, float[] delta, int deltaOffset, int size) {
    Objects.checkFromIndexSize(xOffset, size, x.length);
    Objects.checkFromIndexSize(deltaOffset, size, delta.length);
    library.requireOpen();
    library.addScaled(x, xOffset, scale, delta, deltaOffset, size);
  }

  @Override
  public void softmax(float[] x, int offset, int size) {
    others.softmax(x, offset, size);
  }

  @Override
  public void activate(Activation activation, float[] x, int offset, int size) {
    others.activate(activation, x, offset, size);
  }

  @Override
  public void gate(Activation activation, float[] gate, float[] up, int offset, int size) {
    Objects.checkFromIndexSize(offset, size, gate.length);
    Objects.checkFromIndexSize(offset, size, up.length);
    int done = 0;
    if (activation == Activation.SILU) {
      library.requireOpen();
      int blocks = size / RowFormat.STEP;
      if (blocks > 0) {
        library.gate(gate, up, offset, blocks);
      }
      done = blocks * RowFormat.STEP;
    }
    if (done < size) {
      others.gate(activation, gate, up, offset + done, size - done);
    }
  }

  @Override
  public void rotate(
      RotaryStyle style,
      float[] x,
      int offset,
      int heads,
      int headSize,
      float[] cosines,
      float[] sines,
      int tableOffset,
      int pairs) {
    Objects.checkIndex(0, heads); // the kernel asks only after each
    Objects.checkFromIndexSize(offset, (heads - 1) * headSize + 2 * pairs, x.length);
    Objects.checkFromIndexSize(tableOffset, pairs, cosines.length);
    Objects.checkFromIndexSize(tableOffset, pairs, sines.length);
    library.requireOpen();
    library.rotate(style, x, offset, heads, headSize, cosines, sines, tableOffset, pairs);
  }

  @Override
  public void attend(
      AttentionShape shape,
      int kvHead,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      KvRows keys,
      KvRows values,
      float[] out,
      Lane lane) {
    if (!AssembledAttention.serves(shape)) {
      others.attend(shape, kvHead, query, firstToken, endToken, position, keys, values, out, lane);
      return;
    }
    new AssembledAttention(library, shape, kvHead, kvHead + 1, firstToken, endToken, lane)
        .attend(query, position, keys, values, out);
  }

  @Override
  public void attendSome(
      AttentionShape shape,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      int firstCell,
      int endCell,
      KvRows keys,
      KvRows values,
      float[] partial,
      int partialOffset,
      Lane lane) {
    if (!AssembledAttention.serves(shape)) {
      others.attendSome(
          shape,
          query,
          firstToken,
          endToken,
          position,
          firstCell,
          endCell,
          keys,
          values,
          partial,
          partialOffset,
          lane);
      return;
    }
    new AssembledAttention(library, shape, 0, shape.kvHeads(), firstToken, endToken, lane)
        .attendSome(query, position, firstCell, endCell, keys, values, partial, partialOffset);
  }
}
