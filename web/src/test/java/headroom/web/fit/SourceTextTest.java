package headroom.web.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.paper.PaperCatalogue;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceTextTest {
  private final PaperCatalogue papers = PaperCatalogue.load();

  @Test
  void permalinksAreShownByTheFileTheyPointTo() {
    assertThat(
            SourceText.parts(
                "https://github.com/ggml-org/llama.cpp/blob/1dab5f5a/src/llama-kv-cache.cpp#L139",
                papers))
        .containsExactly(
            new SourceText.Part(
                "llama.cpp/llama-kv-cache.cpp#L139",
                Optional.of(
                    "https://github.com/ggml-org/llama.cpp/blob/1dab5f5a/src/llama-kv-cache.cpp#L139")));
  }

  @Test
  void papersOfTheCatalogueLinkToTheirPageAndOthersToArxiv() {
    assertThat(SourceText.parts("arXiv 2402.02750, groups of 32; arXiv 1706.99999", papers))
        .containsExactly(
            new SourceText.Part("arXiv 2402.02750", Optional.of("/papers/2402.02750")),
            new SourceText.Part(", groups of 32; ", Optional.empty()),
            new SourceText.Part(
                "arXiv 1706.99999", Optional.of("https://arxiv.org/abs/1706.99999")));
  }

  @Test
  void aFullStopOrBracketAfterAnAddressIsNoPartOfIt() {
    assertThat(SourceText.parts("seen (https://github.com/a/b/pull/15860).", papers))
        .containsExactly(
            new SourceText.Part("seen (", Optional.empty()),
            new SourceText.Part("b #15860", Optional.of("https://github.com/a/b/pull/15860")),
            new SourceText.Part(").", Optional.empty()));
  }

  @Test
  void plainWordsStayPlain() {
    assertThat(SourceText.parts("derived from load logs", papers))
        .containsExactly(new SourceText.Part("derived from load logs", Optional.empty()));
  }
}
