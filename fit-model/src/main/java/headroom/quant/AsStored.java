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

  @Override
  public String id() {
    return "as stored";
  }
}
