package headroom.gguf;

import java.util.Map;

/** Says what a file is that does not begin as a GGUF file does. */
final class ForeignFormat {
  /** First four bytes, read as little-endian, of what people hand over by mistake. */
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "vers", "a Git LFS pointer, not the file itself: fetch it with git lfs pull",
          "<!do", "a web page: a Hugging Face link to a file has /resolve/ where the page has /blob/",
          "<!DO", "a web page: a Hugging Face link to a file has /resolve/ where the page has /blob/",
          "<htm", "a web page: a Hugging Face link to a file has /resolve/ where the page has /blob/",
          "PK\3\4", "a zip archive, perhaps a PyTorch checkpoint: convert it to GGUF first",
          "lmgg", "a GGML file from before GGUF: convert it anew",
          "tjgg", "a GGJT file from before GGUF: convert it anew",
          "fmgg", "a GGMF file from before GGUF: convert it anew");

  private ForeignFormat() {}

  /** What was found and wanted, from the first four bytes of a file, read as little-endian. */
  static String describe(int magic) {
    StringBuilder text = new StringBuilder();
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      text.append((char) (magic >>> shift & 0xFF));
    }
    String known = BEGINNINGS.get(text.toString());
    String bytes = "%08x".formatted(Integer.reverseBytes(magic));
    return known == null
        ? "found bytes %s; wanted 47475546, the 'GGUF' that such a file begins with"
            .formatted(bytes)
        : "found bytes %s, %s; wanted 'GGUF'".formatted(bytes, known);
  }
}
