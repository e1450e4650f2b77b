package headroom.inference.token;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class TokenDependenciesTest {
  @Test
  void tokenizersKnowFilesButNothingOfTheEngine() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("headroom.inference.token", "headroom.gguf", "java..", "org.jspecify..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("headroom.inference.token"));
  }
}
