package headroom.web.papers;

import headroom.paper.PaperCatalogue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PaperConfiguration {
  @Bean
  PaperCatalogue paperCatalogue() {
    return PaperCatalogue.load();
  }
}
