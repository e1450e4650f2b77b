package headroom.web.advise;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class AdviseTest extends SiteTest {

  @Test
  void opensWithModelsForAPopularCard() {
    assertThat(page("/advise"))
        .contains("What runs on NVIDIA GeForce RTX 4090")
        .containsPattern("\\d+ of 155 models run on it")
        .contains("Best first")
        .contains("Near misses")
        .contains("What one change would bring")
        .contains("./headroom advise --device nvidia-geforce-rtx-4090");
  }

  @Test
  void aWishForSpeedAndSizeNarrowsTheModels() {
    assertThat(page("/advise?device=apple-m4-pro-16c-48gb&tps=15&billions=9"))
        .contains("at 15.0 tok/s or more")
        .contains("href=\"/models/llama-3.1-8b\"")
        .doesNotContain("href=\"/models/qwen3-32b\"")
        .contains("--min-tps 15");
  }

  @Test
  void aModelAloneShowsDevicesByPrice() {
    assertThat(page("/advise?model=qwen3-32b&device=&tps=20&dollars=1600"))
        .contains("What runs Qwen3 32B")
        .contains("Cheapest first")
        .contains("href=\"/devices/nvidia-geforce-rtx-3090\"")
        .doesNotContain("href=\"/devices/nvidia-geforce-rtx-5090\"");
  }

  @Test
  void aModelAndADeviceShowFormatsAndContexts() {
    assertThat(page("/advise?model=qwen3-32b&device=nvidia-geforce-rtx-3090"))
        .contains("How to run Qwen3 32B on NVIDIA GeForce RTX 3090")
        .containsPattern("Take [A-Z0-9_]+: ")
        .contains("take this")
        .contains("Longest context as")
        .contains("short");
  }

  @Test
  void whatIsWrongIsSaidAndTheNearestAreNamed() {
    MvcTestResult answer = get("/advise?device=rtx-4091&tps=fast");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("there is no device ‘rtx-4091’; nearest: nvidia-geforce-rtx-4090")
        .contains("‘fast’ is not a number")
        .contains("value=\"rtx-4091\"");
    assertThat(get("/advise?device=&model=")).hasStatus(400);
  }

  @Test
  void memoryOfAProcessorIsAskedFor() {
    assertThat(page("/advise?device=cpu-ddr5-5600-dual")).contains("0 of 155 models");
    assertThat(page("/advise?device=cpu-ddr5-5600-dual&memory=64")).contains("twice the memory");
  }
}
