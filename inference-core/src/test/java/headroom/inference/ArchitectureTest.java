package headroom.inference;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("headroom.inference");

  @Test
  void theEngineKnowsTheJdkAndTheFactsOfFitModelAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "headroom.inference..",
            "headroom.units",
            "headroom.quant",
            "headroom.gguf",
            "headroom.kv",
            "headroom.mix",
            "headroom.model",
            "java..",
            "jdk.incubator.vector",
            "org.jspecify.annotations")
        .check(ENGINE);
  }

  @Test
  void theEngineDoesNotLog() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging", "org.slf4j..")
        .check(ENGINE);
  }

  @Test
  void onlyTheVectorRoomTouchesTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage("headroom.inference.kernel.vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector")
        .check(ENGINE);
  }

  @Test
  void roomsKnowOnlyTheRoomsBelowThem() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "headroom.inference.codec", "headroom.inference.kvcache", "headroom.inference.tensor")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "headroom.inference.kernel..",
            "headroom.inference.transformer",
            "headroom.inference.architecture",
            "headroom.inference.decode")
        .check(ENGINE);
    noClasses()
        .that()
        .resideInAPackage("headroom.inference.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "headroom.inference.transformer",
            "headroom.inference.architecture",
            "headroom.inference.decode")
        .check(ENGINE);
    noClasses()
        .that()
        .resideInAPackage("headroom.inference.transformer")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("headroom.inference.architecture", "headroom.inference.decode")
        .check(ENGINE);
  }

  @Test
  void whatKernelsShareKnowsNoProcessor() {
    noClasses()
        .that()
        .resideInAnyPackage("headroom.inference.kernel.assembled", "headroom.inference.assembler")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "headroom.inference.assembler.x86",
            "headroom.inference.assembler.arm",
            "headroom.inference.kernel.assembled.x86",
            "headroom.inference.kernel.assembled.arm",
            "headroom.inference.kernel.processor")
        .check(ENGINE);
  }

  @Test
  void noProcessorKnowsOfAnother() {
    noClasses()
        .that()
        .resideInAPackage("headroom.inference..arm")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("headroom.inference..x86")
        .check(ENGINE);
    noClasses()
        .that()
        .resideInAPackage("headroom.inference..x86")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("headroom.inference..arm")
        .check(ENGINE);
  }
}
