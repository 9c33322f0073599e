package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Forked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that runs a node does with signals, output and exit codes. */
class NodeLifeIT {
    @TempDir
    Path directory;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectory(directory.resolve("conf"));
        Files.writeString(directory.resolve("conf/routes"), "* a:1\n");
    }

    private Forked node(String... arguments) throws IOException {
        // A child of nohup, or of a script's background job, would ignore the very signals.
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PretendedNode.class.getName()));
        command.addAll(List.of(arguments));
        return Forked.start(directory, Map.of(), command.toArray(String[]::new));
    }

    @Test
    void the_ready_line_stands_alone_on_stdout_and_term_ends_with_0() throws Exception {
        try (Forked node = node("run", "--node", "n1")) {
            node.awaitOut("\n");
            assertThat(node.out())
                    .isEqualTo("sluice ready node=n1 http=0.0.0.0:1234 control=127.0.0.1:2345 ops=127.0.0.1:3456\n");
            node.signal("TERM");
            assertThat(node.code()).as(node.toString()).isZero();
            assertThat(node.err()).contains("node-closing node=n1", "drained, routes: 1", "node-closed node=n1");
        }
    }

    @Test
    void int_ends_with_0_too() throws Exception {
        try (Forked node = node("run")) {
            node.awaitOut("sluice ready ");
            node.signal("INT");
            assertThat(node.code()).isZero();
        }
    }

    @Test
    void a_second_term_hurries_a_drain_and_a_third_kills() throws Exception {
        try (Forked node = node("run", "--http-port", "3")) {
            node.awaitOut("sluice ready ");
            node.signal("TERM");
            node.awaitErr("node-closing");
            node.signal("TERM");
            node.awaitErr("hurried");
            node.signal("TERM");
            assertThat(node.code()).isEqualTo(130);
        }
    }

    @Test
    void a_drain_that_was_asked_for_elsewhere_ends_the_process_too() throws Exception {
        try (Forked node = node("run", "--http-port", "4", "--node", "n1")) {
            assertThat(node.code()).as(node.toString()).isZero();
            assertThat(node.err()).contains("node-closing node=n1", "drained", "node-closed node=n1");
        }
    }

    @Test
    void hup_reads_the_routes_again() throws Exception {
        try (Forked node = node("run", "--node", "n1")) {
            node.awaitOut("sluice ready ");
            Files.writeString(directory.resolve("conf/routes"), "* a:1\nnew a:1\nwrong\n");
            node.signal("HUP");
            node.awaitErr("routes-reload-asked");
            node.awaitErr("routes-loaded entries=2");
            node.awaitErr("conf/routes:3: must specify condition and at least one target");
            node.signal("TERM");
            assertThat(node.code()).isZero();
            assertThat(node.err()).contains("drained, routes: 2 true");
        }
    }

    @Test
    void a_node_that_cannot_start_says_why_in_one_line() throws Exception {
        try (Forked node = node("run", "--http-port", "1")) {
            assertThat(node.code()).isEqualTo(1);
            assertThat(node.err()).contains("sluice: http: 0.0.0.0:1 is in use\n");
            assertThat(node.out()).isEmpty();
        }
    }

    @Test
    void a_close_that_fails_is_told() throws Exception {
        try (Forked node = node("run", "--http-port", "2", "--node", "n")) {
            node.awaitOut("sluice ready ");
            node.signal("TERM");
            assertThat(node.code()).isEqualTo(1);
            assertThat(node.err()).contains("node-close-failed node=n");
        }
    }

    @Test
    void wrong_settings_end_with_2_and_a_line_each() throws Exception {
        Files.writeString(directory.resolve("conf/sluice.yaml"), "http:\n  prot: 1\ncontrol: {port: x}\n");
        try (Forked node = node("run", "--set", "ops.port=-1")) {
            assertThat(node.code()).isEqualTo(2);
            assertThat(node.err().lines())
                    .containsExactly(
                            "conf/sluice.yaml:2: http.prot: unknown key (did you mean 'http.port'?)",
                            "conf/sluice.yaml:3: control.port: must be a whole number from 0 to 65535, not 'x'",
                            "--set: ops.port: must be a whole number from 0 to 65535, not '-1'");
            assertThat(node.out()).isEmpty();
        }
    }

    @Test
    void missing_routes_end_with_2() throws Exception {
        try (Forked node = node("run", "--routes", "none")) {
            assertThat(node.code()).isEqualTo(2);
            assertThat(node.err()).contains("none: unable to open routes file: no such file\n");
        }
    }

    @Test
    void a_wrong_route_is_skipped() throws Exception {
        try (Forked node = node("run", "--route", "* a:1", "--route", "wrong")) {
            node.awaitOut("sluice ready ");
            assertThat(node.err()).contains("WARN", "--route:2: must specify condition");
            node.signal("TERM");
            assertThat(node.code()).isZero();
            assertThat(node.err()).contains("drained, routes: 1");
        }
    }

    @Test
    void a_pushpin_configuration_runs_and_tells_what_has_no_effect() throws Exception {
        Files.writeString(
                directory.resolve("pushpin.conf"),
                "[runner]\nhttps_ports=443\n[proxy]\nroutesfile=pp-routes\n[handler]\nstats_spec=ipc://stats\n");
        Files.writeString(directory.resolve("pp-routes"), "* a:1,over_http\n");
        try (Forked node = node("run", "--pushpin-conf", "pushpin.conf")) {
            node.awaitOut("sluice ready ");
            node.signal("TERM");
            assertThat(node.code()).isZero();
            assertThat(node.err())
                    .contains(
                            "pushpin.conf:2: https_ports: no effect: set http.tls-port and http.tls-certificates",
                            "pushpin.conf:6: stats_spec: no effect: statistics sockets are not available")
                    .doesNotContain("over_http");
        }
    }

    @Test
    void the_demo_says_what_to_do() throws Exception {
        try (Forked node = node("demo", "--node", "d")) {
            node.awaitOut("Ctrl-C ends it.");
            assertThat(node.out())
                    .startsWith("sluice ready node=d ")
                    .contains("Open       http://localhost:1234/", "./sluice publish demo $'data: Hello\\n'");
            node.signal("INT");
            assertThat(node.code()).isZero();
        }
    }
}
