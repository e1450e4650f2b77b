package headroom.web.home;

import java.util.List;

/**
 * What the front page shows.
 *
 * @param ways the ways in whose pages exist
 * @param siteUrl where this site answers, for the command line
 * @param hasAgent true where the site hands out the bench agent
 * @param hasCalculator true where the calculator is there
 */
record HomePage(List<Way> ways, String siteUrl, boolean hasAgent, boolean hasCalculator) {

  /**
   * One way in.
   *
   * @param href where it leads
   * @param title what somebody wants
   * @param text what is found there
   * @param action the last line of the card
   */
  record Way(String href, String title, String text, String action) {}

  static final List<Way> ALL_WAYS =
      List.of(
          new Way(
              "/papers",
              "Read the research",
              "Quantisation, cache compression, attention, decoding: each paper in plain words,"
                  + " its claims with their conditions, and what it means at home.",
              "Browse the papers"),
          new Way(
              "/fit",
              "Will it fit, and how fast?",
              "Pick a model, a device and a context. Every byte and every token per second comes"
                  + " with its formula and its source.",
              "Open the calculator"),
          new Way(
              "/agents",
              "Measure your machine",
              "One command gives a number you can trust, tells what holds it back and makes a page"
                  + " to share.",
              "Get the bench agent"),
          new Way(
              "/compare",
              "Compare hardware",
              "Up to four devices side by side: memory, bandwidth, arithmetic, price and what they"
                  + " do with real models.",
              "Put devices side by side"));
}
