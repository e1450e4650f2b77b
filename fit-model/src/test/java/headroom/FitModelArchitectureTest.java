package headroom;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class FitModelArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("headroom");

  @Test
  void onlyTheCatalogueReadsToml() {
    noClasses()
        .that()
        .resideOutsideOfPackage("headroom.catalogue..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
        .check(CLASSES);
  }

  @Test
  void arithmeticDoesNotKnowTheCatalogue() {
    // Only what joins both knows of the two: advice, claims, accuracy, calibration.
    noClasses()
        .that()
        .resideInAnyPackage(
            "headroom.units..",
            "headroom.quant..",
            "headroom.gguf..",
            "headroom.kv..",
            "headroom.model..",
            "headroom.device..",
            "headroom.measure..",
            "headroom.fit..",
            "headroom.mix..",
            "headroom.knob..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("headroom.catalogue..")
        .check(CLASSES);
  }

  @Test
  void onlyHeadersAreReadOverHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("headroom.gguf..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.net.http..")
        .check(CLASSES);
  }

  @Test
  void nothingKnowsSpringTheEngineOrTheVectorApi() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..",
            "jakarta..",
            "jdk.incubator.vector..",
            "headroom.inference..",
            "headroom.agent..",
            "headroom.web..",
            "headroom.paper..")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCircle() {
    // A mix of llama.cpp chooses a tensor's format by what the tensor is and what model it is in.
    slices()
        .matching("headroom.(*)..")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(resideInAPackage("headroom.quant"), resideInAPackage("headroom.model"))
        .check(CLASSES);
  }
}
