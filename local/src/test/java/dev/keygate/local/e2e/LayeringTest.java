package dev.keygate.local.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayeringTest {

  private static final JavaClasses KEYGATE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.keygate");

  @Test
  void everyModuleIsLookedAt() {
    assertThat(KEYGATE.stream().map(type -> type.getPackageName().split("\\.", -1)[2]).distinct())
        .contains("crds", "store", "operator", "gateway", "local");
  }

  @Test
  void onlyTheStoreTouchesSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.keygate.store..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "io.r2dbc..",
                    "org.postgresql..",
                    "org.flywaydb..",
                    "org.springframework.r2dbc..",
                    "org.springframework.jdbc..")
                // The factories of connections, which others hand to the store.
                .and(
                    not(
                        nameMatching(
                            "io\\.r2dbc\\.(spi\\.ConnectionFactory|pool\\.ConnectionPool).*"))))
        .check(KEYGATE);
  }

  @Test
  void decisionKnowsNeitherSpringNorReactor() {
    noClasses()
        .that()
        .resideInAPackage("dev.keygate.gateway.decision..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "reactor..", "org.reactivestreams..")
        .check(KEYGATE);
  }

  @Test
  void modulesKnowOnlyThoseBelowThem() {
    knowsOnly("crds");
    knowsOnly("store");
    knowsOnly("gateway", "store");
    knowsOnly("operator", "crds", "store");
    knowsOnly("local");
  }

  /** What judges the product shares no code with it, nor anything else but the JDK. */
  @Test
  void checkerKnowsNothingOfTheProduct() {
    JavaClasses checker = new ClassFileImporter().importPackages("dev.keygate.local.checker");
    classes()
        .that()
        .resideInAPackage("dev.keygate.local.checker..")
        .and()
        .haveSimpleNameNotEndingWith("Test")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.keygate.local.checker..", "java..", "org.jspecify..")
        .check(checker);
  }

  private static void knowsOnly(String module, String... below) {
    String[] own = new String[below.length + 1];
    own[0] = "dev.keygate." + module + "..";
    for (int i = 0; i < below.length; i++) {
      own[i + 1] = "dev.keygate." + below[i] + "..";
    }
    classes()
        .that()
        .resideInAPackage(own[0])
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(own).or(not(resideInAnyPackage("dev.keygate.."))))
        .check(KEYGATE);
  }
}
