package io.essaim.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/ARCHITECTURE.md, as a test. */
class ArchitectureTest {
    private static final JavaClasses ESSAIM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.essaim");

    @Test
    void onlyTheTransportSeesVertxAndNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.essaim.server.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(ESSAIM);
    }

    @Test
    void inTheProtocolOnlyTheSbeLayerSeesAgrona() {
        noClasses()
                .that()
                .resideInAPackage("io.essaim.protocol..")
                .and()
                .resideOutsideOfPackage("io.essaim.protocol.sbe..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.agrona..")
                .check(ESSAIM);
    }

    @Test
    void theProtocolKnowsNoServer() {
        noClasses()
                .that()
                .resideInAPackage("io.essaim.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.essaim.server..")
                .check(ESSAIM);
    }

    @Test
    void theProtocolsValuesKnowOnlyTheJdk() {
        classes()
                .that()
                .resideInAnyPackage("io.essaim.protocol", "io.essaim.protocol.swarm", "io.essaim.protocol.events")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "io.essaim.protocol",
                        "io.essaim.protocol.swarm",
                        "io.essaim.protocol.events")
                .check(ESSAIM);
    }

    @Test
    void theSwarmKnowsNoStreamAndTheStreamNoSocket() {
        noClasses()
                .that()
                .resideInAPackage("io.essaim.server.swarm..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.essaim.server.stream..", "io.essaim.server.transport..", "org.agrona..")
                .check(ESSAIM);
        noClasses()
                .that()
                .resideInAPackage("io.essaim.server.stream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.essaim.server.transport..", "io.essaim.server.session..")
                .check(ESSAIM);
    }

    @Test
    void onlyTheTerminalsCommandsAreClientsAndTheyKnowNoServer() {
        noClasses()
                .that()
                .resideInAPackage("io.essaim.server..")
                .and()
                .resideOutsideOfPackage("io.essaim.server.terminal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.essaim.client..")
                .check(ESSAIM);
        classes()
                .that()
                .resideInAPackage("io.essaim.server.terminal..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax..",
                        "org.w3c.dom..",
                        "org.xml.sax..",
                        "org.jspecify..",
                        "picocli..",
                        "com.fasterxml.jackson.core..",
                        "io.essaim.client..",
                        "io.essaim.protocol..",
                        "io.essaim.server.terminal..")
                .check(ESSAIM);
    }

    @Test
    void theClientNeedsNeitherAgronaNorAJsonParser() {
        noClasses()
                .that()
                .resideInAPackage("io.essaim.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.agrona..", "com.fasterxml..", "io.essaim.protocol.sbe..", "io.essaim.protocol.json..")
                .check(ESSAIM);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.essaim.server.(*)..").should().beFreeOfCycles().check(ESSAIM);
    }

    @Test
    void timeComesThroughTheTimeSource() {
        noClasses()
                .that()
                .resideInAnyPackage("io.essaim.server.swarm..", "io.essaim.server.stream..", "io.essaim.protocol..")
                .and()
                .doNotHaveFullyQualifiedName("io.essaim.server.swarm.TimeSource$1")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(ESSAIM);
    }
}
