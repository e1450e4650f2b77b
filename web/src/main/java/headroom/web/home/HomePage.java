package headroom.web.home;

import headroom.catalogue.Catalogue;
import headroom.paper.Paper;
import headroom.paper.PaperCatalogue;
import headroom.web.support.Option;
import headroom.web.support.SiteNavigation;
import java.util.Comparator;
import java.util.List;

/**
 * What the front page shows.
 *
 * @param ways the ways in whose pages exist
 * @param siteUrl where this site answers, for the command line
 * @param hasAgent true where the site hands out the bench agent
 * @param hasCalculator true where the calculator is there
 * @param models choices for the calculator
 * @param devices choices for the calculator
 * @param papers the newest
 * @param paperCount how many papers there are
 */
record HomePage(
    List<Way> ways,
    String siteUrl,
    boolean hasAgent,
    boolean hasCalculator,
    List<Option> models,
    List<Option> devices,
    List<Paper> papers,
    int paperCount) {
  private static final int NEWEST = 3;

  static HomePage of(
      SiteNavigation site, String siteUrl, Catalogue catalogue, PaperCatalogue papers) {
    return new HomePage(
        ALL_WAYS.stream().filter(way -> site.has(way.href())).toList(),
        siteUrl,
        site.has("/agent/headroom-agent.jar"),
        site.has("/fit"),
        catalogue.models().stream().map(m -> new Option(m.id(), m.name())).toList(),
        catalogue.devices().stream().map(d -> new Option(d.id(), d.name())).toList(),
        papers.papers().stream()
            .sorted(Comparator.comparing(Paper::id).reversed())
            .limit(NEWEST)
            .toList(),
        papers.papers().size());
  }

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
