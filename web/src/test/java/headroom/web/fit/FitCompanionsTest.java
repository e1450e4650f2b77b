package headroom.web.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class FitCompanionsTest extends SiteTest {
  @Test
  void projectorDraftAndPredictionLayerHaveLines() {
    assertThat(
            page(
                "/fit?model=qwen3.6-27b&device=nvidia-geforce-rtx-5090&mmproj=yes&mtp=on"
                    + "&draftModel=qwen3.5-0.8b&draftQuant=Q8_0&draftKv=q8_0"))
        .contains("Vision projector</span>")
        .contains("Prediction layer: KV cache")
        .contains("Draft model: weights")
        .contains("931,126,208 B as stored")
        .contains("--draft-model qwen3.5-0.8b --draft-quant Q8_0 --draft-kv q8_0 --mmproj --mtp");
  }

  @Test
  void faultsStandAtTheirFields() {
    MvcTestResult wrong = site.get().uri("/fit?mmproj=yes&draftModel=lama-3.2-1b").exchange();
    assertThat(wrong).hasStatus(400);
    assertThat(wrong)
        .bodyText()
        .contains("what reads images for Llama 3.1 8B is not known here; wanted its size")
        .contains("‘lama-3.2-1b’ is no model of the catalogue")
        .contains("draftModel=llama-3.2-1b");
    assertThat(site.get().uri("/fit?draftQuant=Q8_0").exchange())
        .bodyText()
        .contains("is given without a draft model; wanted both");
  }

  @Test
  void windowsKeepsAPartOfTheCard() {
    assertThat(page("/fit?hostSystem=windows"))
        .contains("Windows and its desktop keep a part of the card: 22.70 GiB of 24.00 GiB")
        .contains("--host-os windows");
  }
}
