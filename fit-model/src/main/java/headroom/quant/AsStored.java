package headroom.quant;

import headroom.units.Bytes;
import java.util.Map;

/**
 * The formats that a file's own header lists.
 *
 * @param formats tensor name to format
 * @param fileBytes size of the file, header included
 */
public record AsStored(Map<String, QuantFormat> formats, Bytes fileBytes) implements WeightFormat {
  public AsStored {
    formats = Map.copyOf(formats);
  }

  /** By size alone: the formats are many and differ little between files of one model. */
  @Override
  public int hashCode() {
    return fileBytes.hashCode();
  }

  @Override
  public String id() {
    return "as stored";
  }
}
