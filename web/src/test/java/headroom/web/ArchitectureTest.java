package headroom.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RestController;

class ArchitectureTest {
  private static final JavaClasses SITE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("headroom.web");

  @Test
  void theSiteKnowsNeitherTheEngineNorTheAgent() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("headroom.inference..", "headroom.agent..")
        .check(SITE);
  }

  @Test
  void controllersAreHiddenInTheirFeature() {
    classes()
        .that()
        .areAnnotatedWith(Controller.class)
        .or()
        .areAnnotatedWith(RestController.class)
        .should()
        .bePackagePrivate()
        .check(SITE);
  }

  @Test
  void noFeatureReachesBackIntoOneThatReachesIntoIt() {
    SlicesRuleDefinition.slices()
        .matching("headroom.web.(*)..")
        .should()
        .beFreeOfCycles()
        .check(SITE);
  }

  @Test
  void whatFeaturesShareKnowsNoFeature() {
    noClasses()
        .that()
        .resideInAPackage("headroom.web.support..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "headroom.web.devices..",
            "headroom.web.models..",
            "headroom.web.papers..",
            "headroom.web.fit..",
            "headroom.web.results..",
            "headroom.web.agents..",
            "headroom.web.home..")
        .check(SITE);
  }
}
