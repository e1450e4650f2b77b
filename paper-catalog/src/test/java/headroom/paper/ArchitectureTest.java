package headroom.paper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void papersKnowNeitherTheSiteNorTheEngine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "headroom.web..",
            "headroom.agent..",
            "headroom.inference..",
            "org.springframework..",
            "jakarta..",
            "tools.jackson..")
        .check(new ClassFileImporter().importPackages("headroom.paper"));
  }
}
