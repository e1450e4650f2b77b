package headroom.web.devices;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class CompareTest extends SiteTest {
  private static final String PAIR = "/compare?d=nvidia-geforce-rtx-4090&d=nvidia-geforce-rtx-3090";

  @Test
  void twoDevicesStandSideBySideWithFactsPredictionsAndDifferences() {
    assertThat(page(PAIR))
        .contains("<title>NVIDIA GeForce RTX 4090 or NVIDIA GeForce RTX 3090 · Headroom</title>")
        .contains("1,008 GB/s", "935.8 GB/s", "$1,599", "$1,499")
        .contains("NVIDIA GeForce RTX 4090 reads memory fastest, 1.1 times as fast as")
        .contains("Llama 3.1 8B, generated tokens", "tok/s")
        .contains("does not fit"); // gpt-oss-120b on 24 GiB, or its layers that do
  }

  @Test
  void aDeviceCanBeTakenOutAgain() {
    assertThat(page(PAIR)).contains("href=\"/compare?d=nvidia-geforce-rtx-3090\"");
  }

  @Test
  void nothingChosenYetShowsTheFormAndAnExample() {
    assertThat(get("/compare")).hasStatusOk();
    assertThat(page("/compare")).contains("First device").contains("Nothing to compare yet");
  }

  @Test
  void aDeviceIsFoundByItsNameAsByItsId() {
    assertThat(page("/compare?d=NVIDIA%20GeForce%20RTX%204090"))
        .contains("<title>NVIDIA GeForce RTX 4090 · Headroom</title>");
  }

  @Test
  void theSameDeviceTwiceIsShownOnce() {
    assertThat(page("/compare?d=nvidia-geforce-rtx-4090&d=nvidia-geforce-rtx-4090"))
        .contains("<title>NVIDIA GeForce RTX 4090 · Headroom</title>");
  }

  @Test
  void anUnknownDeviceIsNamedAtTheFieldAndTheOthersAreKept() {
    MvcTestResult answer = get("/compare?d=nvidia-geforce-rtx-3090&d=rtx%204090");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("There is no device ‘rtx 4090’.")
        .contains("aria-invalid=\"true\"")
        .contains("value=\"rtx 4090\"")
        .contains(
            "href=\"/compare?d=nvidia-geforce-rtx-3090&amp;d=nvidia-geforce-rtx-4090\"");
  }

  @Test
  void aFifthDeviceIsRefusedAndFourAreShown() {
    MvcTestResult answer =
        get(
            PAIR
                + "&d=nvidia-geforce-rtx-5090&d=nvidia-geforce-rtx-4080&d=nvidia-geforce-rtx-3080-10gb");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer)).contains("5 devices were asked for; at most 4 stand side by side.");
  }
}
