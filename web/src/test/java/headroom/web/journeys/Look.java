package headroom.web.journeys;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;

/**
 * How a page is looked at.
 *
 * @param width of the window in CSS pixels
 * @param dark whether the reader's system prefers dark colours
 */
record Look(int width, boolean dark) {
  /** The narrowest phone that counts, and a laptop; the light of day first. */
  static final List<Look> ALL =
      List.of(
          new Look(1440, false), new Look(1440, true), new Look(360, true), new Look(360, false));

  private static final int HEIGHT = 800;

  /** Shows the page so. */
  void on(Page page) {
    page.setViewportSize(width, HEIGHT);
    page.emulateMedia(
        new Page.EmulateMediaOptions().setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT));
  }

  @Override
  public String toString() {
    return width + "-" + (dark ? "dark" : "light");
  }
}
