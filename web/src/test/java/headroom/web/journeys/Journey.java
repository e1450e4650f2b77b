package headroom.web.journeys;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import headroom.web.SiteTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole site on a free port, with the built agent for download, and visitors for it. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ExtendWith(Chromium.class)
abstract class Journey extends SiteTest {
  static final Path AGENT_JAR = Path.of("..", "bench-agent", "target", "headroom-agent.jar");

  private final List<Visitor> visitors = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private Browser browser;

  @Value("${local.server.port}")
  private int port;

  @DynamicPropertySource
  static void offerTheBuiltAgent(DynamicPropertyRegistry properties) {
    properties.add("headroom.agent-jar", AGENT_JAR::toString);
  }

  @BeforeEach
  void take(Browser browser) {
    this.browser = browser;
  }

  @AfterEach
  void everyoneLeavesWithoutComplaint() {
    visitors.forEach(Visitor::close);
  }

  /** Where the site answers, without a slash at the end. */
  String siteUrl() {
    return "http://localhost:" + port;
  }

  /** Somebody new, with a usual browser. */
  Visitor visitor() {
    return visitor(true);
  }

  /** Somebody new, whose browser runs no scripts. */
  Visitor visitorWithoutJavaScript() {
    return visitor(false);
  }

  private Visitor visitor(boolean javaScript) {
    Visitor visitor = new Visitor(browser, siteUrl(), javaScript);
    visitors.add(visitor);
    return visitor;
  }

  /** The link with exactly this name. */
  static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** The button with exactly this name. */
  static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** The field of a form with exactly this label. */
  static Locator field(Page page, String label) {
    return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
  }
}
