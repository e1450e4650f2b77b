package headroom.web.support;

import headroom.catalogue.Catalogue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the curated models and devices once; a file that cannot be read stops the start. */
@Configuration(proxyBeanMethods = false)
class CatalogueConfiguration {
  @Bean
  Catalogue catalogue() {
    return Catalogue.load();
  }
}
