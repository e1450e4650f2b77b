package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.util.Collection;

/** A storage format that cannot be read or written here; the message lists those that can. */
public final class UnsupportedFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what who asked, for example {@code tensor 'blk.0.attn_q.weight'}
   * @param verb {@code read} or {@code write}
   * @param format what was asked for
   * @param supported what there is
   */
  public UnsupportedFormatException(
      String what, String verb, QuantFormat format, Collection<QuantFormat> supported) {
    super(
        "%s: found format %s, which this build cannot %s; wanted one of %s"
            .formatted(what, format, verb, supported));
  }
}
