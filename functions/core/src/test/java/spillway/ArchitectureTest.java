package spillway;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import spillway.http.Endpoint;

/** What must stay true of the parts of the gateway, whoever adds to them. */
class ArchitectureTest {
    private static final JavaClasses CORE =
            new ClassFileImporter().importPath(Path.of("target", "classes"));

    /** Whoever calls one of these cannot be tested on a time, a chance or an environment given. */
    private static final Set<String> SURROUNDINGS =
            Set.of(
                    "java.lang.System.currentTimeMillis",
                    "java.lang.System.nanoTime",
                    "java.lang.System.getenv",
                    "java.lang.Thread.sleep",
                    "java.lang.Math.random",
                    "java.time.Instant.now",
                    "java.time.LocalDate.now",
                    "java.time.LocalDateTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.time.Clock.systemUTC",
                    "java.time.Clock.systemDefaultZone",
                    "java.util.Random.<init>()",
                    "java.util.UUID.randomUUID",
                    "java.util.concurrent.ThreadLocalRandom.current",
                    "java.util.SplittableRandom.<init>()",
                    "java.security.SecureRandom.<init>()");

    private static final DescribedPredicate<JavaAccess<?>> IS_OF_THE_SURROUNDINGS =
            DescribedPredicate.describe(
                    "one of " + SURROUNDINGS,
                    access ->
                            SURROUNDINGS.contains(access.getTarget().getFullName())
                                    || SURROUNDINGS.contains(
                                            access.getTargetOwner().getName()
                                                    + "."
                                                    + access.getTarget().getName()));

    @Test
    void theLanguageInTheMiddleHasNoVendorAndNoLibraryInIt() {
        classes()
                .that()
                .resideInAPackage("spillway.chat")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "org.jspecify..", "spillway.chat"))
                .check(CORE);
    }

    @Test
    void aVendorsOdditiesEndInItsPackage() {
        slices().matching("spillway.provider.(*)..")
                .should()
                .notDependOnEachOther()
                // What all vendors' wires share, and the one place that names every vendor.
                .ignoreDependency(alwaysTrue(), resideInAPackage("spillway.provider.http.."))
                .ignoreDependency(resideInAPackage("spillway.provider.catalog.."), alwaysTrue())
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void packagesCanBeReadOneAfterTheOther() {
        slices().matching("spillway.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void theGatewayRunsWithoutACloud() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.amazonaws..", "software.amazon..")
                .check(CORE);
    }

    @Test
    void timeChanceAndEnvironmentArePassedIn() {
        noClasses()
                .that(resideOutsideOfPackages("spillway.time"))
                .should()
                .accessTargetWhere(IS_OF_THE_SURROUNDINGS)
                .check(CORE);
    }

    @Test
    void endpointsCanServeManyThreadsAtOnce() {
        fields().that()
                .areDeclaredInClassesThat(assignableTo(Endpoint.class))
                .should()
                .beFinal()
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)(\\$.*)?")
                .check(CORE);
    }

    @Test
    void nullIsNeverMeantWhereItIsNotSaid() {
        Set<JavaPackage> packages =
                CORE.stream().map(JavaClass::getPackage).collect(Collectors.toSet());

        assertThat(packages).hasSizeGreaterThan(10);
        assertThat(packages)
                .filteredOn(room -> !room.isAnnotatedWith(NullMarked.class))
                .as("packages without @NullMarked")
                .isEmpty();
    }
}
