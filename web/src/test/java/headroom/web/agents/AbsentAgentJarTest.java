package headroom.web.agents;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "headroom.agent-jar=target/no-such.jar")
class AbsentAgentJarTest extends SiteTest {
  @Test
  void aSiteWithoutTheAgentSaysHowToBuildIt() {
    assertThat(get(AgentJarController.PATH)).hasStatus(404);
    assertThat(page(AgentJarController.PATH))
        .contains("./headroom bench")
        .contains("--headroom.agent-jar=");
    assertThat(page("/agents")).contains("how to build it");
  }
}
