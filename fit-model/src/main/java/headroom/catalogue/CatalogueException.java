package headroom.catalogue;

import org.jspecify.annotations.Nullable;

/** A catalogue file that cannot be read: which file, which key, what was found, what was wanted. */
public final class CatalogueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param file path of the file within the catalogue
   * @param reason key, value found and value wanted
   * @param cause what the reader met, where there was one
   */
  public CatalogueException(String file, String reason, @Nullable Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
