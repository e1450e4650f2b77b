package headroom.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses AGENT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("headroom.agent");

  @Test
  void agentKnowsNothingOfTheSite() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..", "jakarta.persistence..", "headroom.web..", "headroom.paper..")
        .check(AGENT);
  }

  @Test
  void onlyCommandsKnowOfCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackage("headroom.agent.cli")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("headroom.agent.cli", "picocli..")
        .check(AGENT);
  }

  @Test
  void packagesHaveNoCircles() {
    SlicesRuleDefinition.slices()
        .matching("headroom.agent.(*)..")
        .should()
        .beFreeOfCycles()
        .check(AGENT);
  }
}
