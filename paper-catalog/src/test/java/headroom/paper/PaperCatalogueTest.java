package headroom.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.catalogue.CatalogueException;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaperCatalogueTest {
  private static final PaperCatalogue CATALOGUE = PaperCatalogue.load();

  @Test
  void holdsTheResearchLibraryAndTheFoundations() {
    assertThat(CATALOGUE.papers()).hasSize(75);
    assertThat(CATALOGUE.about(Topic.FOUNDATIONS)).hasSize(7);
    for (Topic topic : Topic.values()) {
      assertThat(CATALOGUE.about(topic)).as(topic.label()).isNotEmpty();
    }
  }

  @Test
  void everyPaperIsToldInFull() {
    for (Paper paper : CATALOGUE.papers()) {
      assertThat(words(paper.summary())).as("%s summary", paper.id()).isBetween(50, 140);
      assertThat(words(paper.whyItMatters())).as("%s why", paper.id()).isBetween(25, 75);
      assertThat(words(paper.localTakeaway())).as("%s takeaway", paper.id()).isBetween(25, 75);
      assertThat(paper.related()).as("%s related", paper.id()).doesNotContain(paper.id());
    }
  }

  @Test
  void aKnobLeadsBackToThePapersBehindIt() {
    assertThat(CATALOGUE.behindKnob("kivi"))
        .extracting(paper -> paper.id().value())
        .containsExactly("2402.02750");
    assertThat(CATALOGUE.behindKnob("speculative-decoding"))
        .extracting(paper -> paper.id().value())
        .contains("2211.17192", "2302.01318");
  }

  @Test
  void mostKnobsAreReachedFromThePaperThatTheirFiguresName() {
    List<Knob> reached =
        Knobs.all().stream().filter(knob -> !CATALOGUE.behindKnob(knob.slug()).isEmpty()).toList();
    assertThat(reached).hasSizeGreaterThanOrEqualTo(38);
    for (Knob knob : reached) {
      assertThat(CATALOGUE.behindKnob(knob.slug()))
          .as(knob.slug())
          .anyMatch(
              paper ->
                  knob.figures().stream()
                      .anyMatch(figure -> figure.source().contains(paper.id().value())));
    }
  }

  @Test
  void linksFollowFromTheId() {
    ArxivId id = new ArxivId("2402.02750");
    assertThat(id.abstractPage()).hasToString("https://arxiv.org/abs/2402.02750");
    assertThat(id.pdf()).hasToString("https://arxiv.org/pdf/2402.02750");
    assertThat(id.huggingFacePage()).hasToString("https://huggingface.co/papers/2402.02750");
  }

  @Test
  void anIdThatIsNoneSaysWhatOneLooksLike() {
    assertThat(ArxivId.parse("2402.2750x")).isEmpty();
    assertThatThrownBy(() -> new ArxivId("2413.02750"))
        .hasMessage("arXiv id is '2413.02750'; wanted yymm.number, for example 2402.02750");
  }

  @Test
  void aRangeIsPrintedAsOne() {
    Claim claim =
        new Claim("Throughput", 2.35, java.util.OptionalDouble.of(3.47), "x", "Llama", "abstract");
    assertThat(claim.figure()).isEqualTo("2.35–3.47×");
  }

  @Test
  void aRelatedPaperThatIsNotThereNamesFileAndId() {
    Paper alone = paper("2402.02750", List.of(new ArxivId("2401.18079")), List.of());
    assertThatThrownBy(() -> new PaperCatalogue(List.of(alone)))
        .isInstanceOf(CatalogueException.class)
        .hasMessageContaining("headroom/papers/2402.02750.toml")
        .hasMessageContaining("2401.18079");
  }

  @Test
  void aKnobThatIsNotThereNamesTheOnesThatAre() {
    Technique technique = new Technique("warp", "Warp", "Bends memory.", Optional.of("warp-drive"));
    Paper alone = paper("2402.02750", List.of(), List.of(technique));
    assertThatThrownBy(() -> new PaperCatalogue(List.of(alone)))
        .isInstanceOf(CatalogueException.class)
        .hasMessageContaining("knob 'warp-drive' does not exist")
        .hasMessageContaining("kivi");
  }

  private static Paper paper(String id, List<ArxivId> related, List<Technique> techniques) {
    return new Paper(
        new ArxivId(id),
        "A title",
        List.of("An Author"),
        2024,
        Topic.KV_CACHE,
        Level.STARTER,
        "summary",
        "why",
        "takeaway",
        related,
        Optional.empty(),
        techniques,
        List.of());
  }

  private static int words(String text) {
    return text.split("\\s+").length;
  }
}
