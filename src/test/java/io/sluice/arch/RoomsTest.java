package io.sluice.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;

/** The rules of the house: docs/architecture.md, rooms. */
@AnalyzeClasses(packages = "io.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String[] UPPER = {
        "io.sluice.edge..", "io.sluice.proxy..", "io.sluice.router..", "io.sluice.ingest..", "io.sluice.observe.."
    };

    @ArchTest
    static final ArchRule rooms_have_no_cycles =
            slices().matching("io.sluice.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule edge_meets_the_others_lower = alone("edge");

    @ArchTest
    static final ArchRule proxy_meets_the_others_lower = alone("proxy");

    @ArchTest
    static final ArchRule router_meets_the_others_lower = alone("router");

    @ArchTest
    static final ArchRule ingest_meets_the_others_lower = alone("ingest");

    @ArchTest
    static final ArchRule observe_meets_the_others_lower = alone("observe");

    @ArchTest
    static final ArchRule nobody_imports_the_cli = noClasses()
            .that()
            .resideOutsideOfPackage("io.sluice.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.sluice.cli..");

    /** What maps objects needs jackson-databind, which tests have and the jar has not. */
    @ArchTest
    static final ArchRule json_is_built_by_hand = noClasses()
            .should()
            .callMethod(JsonObject.class, "mapFrom", Object.class)
            .orShould()
            .callMethod(JsonObject.class, "mapTo", Class.class)
            .orShould()
            .callMethod(Json.class, "decodeValue", String.class, Class.class)
            .orShould()
            .callMethod(Json.class, "decodeValue", Buffer.class, Class.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.databind..");

    @ArchTest
    static final ArchRule grip_is_pure = mayUse("grip");

    @ArchTest
    static final ArchRule channel_is_pure = mayUse("channel", "grip", "stats");

    @ArchTest
    static final ArchRule claim_is_pure = mayUse("claim", "grip");

    @ArchTest
    static final ArchRule config_stands_low = mayUse("config", "grip");

    @ArchTest
    static final ArchRule trace_is_pure = mayUse("trace", "channel", "stats");

    @ArchTest
    static final ArchRule wire_stands_low = mayUse("wire", "grip", "channel", "trace");

    @ArchTest
    static final ArchRule bus_stands_low = mayUse("bus", "wire", "grip", "channel", "claim", "stats", "trace");

    @ArchTest
    static final ArchRule netty_stands_low = mayUse("netty", "wire", "grip", "channel", "stats");

    @ArchTest
    static final ArchRule fanout_stands_low =
            mayUse("fanout", "netty", "wire", "channel", "bus", "grip", "stats", "config", "trace");

    @ArchTest
    static final ArchRule origin_stands_low = mayUse("origin", "netty", "grip", "config", "stats");

    @ArchTest
    static final ArchRule cluster_stands_low = mayUse("cluster", "channel", "claim", "bus", "config", "grip", "stats");

    @ArchTest
    static final ArchRule load_stands_apart = mayUse("load", "grip");

    @ArchTest
    static final ArchRule only_cluster_knows_hazelcast = noClasses()
            .that()
            .resideOutsideOfPackage("io.sluice.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..");

    @ArchTest
    static final ArchRule only_netty_knows_channels_and_internals = noClasses()
            .that()
            .resideOutsideOfPackage("io.sluice.netty..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty.channel..", "io.netty.handler..", "io.vertx.core.internal..", "io.vertx.core..impl..");

    @ArchTest
    static final ArchRule grip_and_channel_know_no_http = noClasses()
            .that()
            .resideInAnyPackage("io.sluice.grip..", "io.sluice.channel..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.core.http..", "io.vertx.ext..", "io.netty..", "com.hazelcast..");

    @ArchTest
    static final ArchRule names_say_how = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    @ArchTest
    static final ArchRule verticles_are_named_so = classes()
            .that()
            .areAssignableTo(io.vertx.core.Deployable.class)
            .and()
            .areNotInterfaces()
            .should()
            .haveSimpleNameEndingWith("Verticle")
            .allowEmptyShould(true);

    private static ArchRule alone(String room) {
        String own = "io.sluice." + room + "..";
        return noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(UPPER)
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(own))))
                .allowEmptyShould(true);
    }

    private static ArchRule mayUse(String room, String... others) {
        var allowed = new java.util.ArrayList<String>();
        allowed.add("io.sluice." + room + "..");
        for (String other : others) {
            allowed.add("io.sluice." + other + "..");
        }
        return noClasses()
                .that()
                .resideInAPackage("io.sluice." + room + "..")
                .should()
                .dependOnClassesThat(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("io.sluice..")
                                .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                                                allowed.toArray(String[]::new)))))
                .allowEmptyShould(true);
    }
}
