package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.HttpWire;
import io.sluice.testing.Forked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the jar as a user starts them. */
class LauncherIT {
    @TempDir
    Path directory;

    private Forked sluice(String... arguments) throws IOException {
        return Forked.sluice(directory, Map.of(), arguments);
    }

    @Test
    void help_lists_the_commands_of_this_version() throws Exception {
        try (Forked help = sluice("--help")) {
            assertThat(help.code()).as(help.toString()).isZero();
            assertThat(help.out())
                    .contains("demo", "run", "publish", "tail", "trace", "status", "bench", "check", "version");
            assertThat(help.err()).isEmpty();
        }
    }

    @Test
    void each_flag_of_the_contract_is_there() throws Exception {
        try (Forked help = sluice("run", "--help")) {
            assertThat(help.code()).isZero();
            assertThat(help.out())
                    .contains(
                            "--config",
                            "--pushpin-conf",
                            "--routes",
                            "--route=",
                            "--http-host",
                            "--http-port",
                            "--control-host",
                            "--control-port",
                            "--ops-host",
                            "--ops-port",
                            "--sig-iss",
                            "--sig-key",
                            "--node",
                            "--cluster-name",
                            "--cluster-port",
                            "--join",
                            "--set");
        }
    }

    @Test
    void a_port_that_is_taken_is_named_and_ends_it() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            for (String which : List.of("http", "control", "ops")) {
                var arguments = new ArrayList<>(List.of("run", "--route", "* test"));
                for (String each : List.of("http", "control", "ops")) {
                    arguments.addAll(List.of("--" + each + "-host", "127.0.0.1"));
                    arguments.addAll(List.of("--" + each + "-port", each.equals(which) ? port : "0"));
                }
                try (Forked node = sluice(arguments.toArray(String[]::new))) {
                    assertThat(node.code()).as(node.toString()).isEqualTo(1);
                    assertThat(node.err()).contains("sluice: " + which + ": 127.0.0.1:" + port + ": ");
                }
            }
        }
    }

    @Test
    void a_link_from_anywhere_starts_it() throws Exception {
        Path link = Files.createSymbolicLink(
                directory.resolve("link"), Forked.home().resolve("sluice"));
        Map<String, String> jar = Map.of("SLUICE_JAR", System.getProperty("sluice.jar", "target/sluice.jar"));
        try (Forked version = Forked.start(directory, jar, link.toString(), "version")) {
            assertThat(version.code()).as(version.toString()).isZero();
            assertThat(version.out()).matches("sluice \\S+, Java \\S+ on .*\n");
        }
    }

    @Test
    void the_shipped_configuration_is_right() throws Exception {
        try (Forked check = sluice("check")) {
            assertThat(check.code()).as(check.toString()).isZero();
            assertThat(check.out())
                    .contains("http      0.0.0.0:7999", "1 in force")
                    .endsWith("ok\n");
            assertThat(check.err()).isEmpty();
        }
    }

    @Test
    void check_fails_on_a_wrong_route() throws Exception {
        Files.writeString(directory.resolve("r"), "* a:1\n* b:2\nc d:3,wobble\ne f:4,over_http\n");
        try (Forked check = sluice("check", "--routes", "r")) {
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.out()).contains("3 in force", "2 problems").doesNotContain("over_http");
            assertThat(check.err().lines().map(line -> line.replace(directory + "/", "")))
                    .containsExactly(
                            "r:2: skipping duplicate condition", "r:3: unknown parameter 'wobble' has no effect");
        }
    }

    @Test
    void check_fails_on_a_wrong_setting_and_the_environment_counts() throws Exception {
        try (Forked check = Forked.sluice(directory, Map.of("SLUICE_HTTP_PORT", "x"), "check", "--route", "* a:1")) {
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.err())
                    .isEqualTo(
                            "environment SLUICE_HTTP_PORT: http.port: must be a whole number from 0 to 65535, not 'x'\n");
        }
    }

    @Test
    void what_is_used_wrongly_is_told_in_a_line_and_ends_with_2() throws Exception {
        try (Forked wrong = sluice("run", "--htp-port", "1")) {
            assertThat(wrong.code()).isEqualTo(2);
            assertThat(wrong.err()).startsWith("sluice run: Unknown option").contains("--http-port");
        }
        try (Forked zmq = sluice("run", "--zmq-pull", "ipc://pull")) {
            assertThat(zmq.code()).isEqualTo(2);
            assertThat(zmq.err())
                    .contains(
                            "--zmq-pull: zmq.pull: must be tcp://ADDRESS:PORT, the port from 1 to 65535, not 'ipc://pull'");
        }
        try (Forked none = sluice("benches")) {
            assertThat(none.code()).isEqualTo(2);
        }
    }

    /** Tests have libraries that the jar has not. */
    @Test
    void a_node_of_the_jar_shows_items_and_traces_them() throws Exception {
        try (Forked node = sluice(
                "run",
                "--route",
                "* test",
                "--http-host",
                "127.0.0.1",
                "--http-port",
                "0",
                "--control-port",
                "0",
                "--ops-port",
                "0")) {
            node.awaitOut("\n");
            int ops = port(node, "ops");
            try (HttpWire tail = HttpWire.open(ops).send(HttpWire.request("GET", "/api/tail?channel=c", null))) {
                tail.head();
                assertThat(tail.readUntil("}\n\n")).contains("\"subscribed\":true");
                String item = "{\"items\":[{\"channel\":\"c\",\"id\":\"1\",\"meta\":{\"user\":\"ann\"},"
                        + "\"formats\":{\"ws-message\":{\"content\":\"hello\"}}}]}";
                assertThat(HttpWire.exchange(port(node, "control"), HttpWire.request("POST", "/publish/", item))
                                .status())
                        .isEqualTo(200);
                assertThat(tail.readUntil("}\n\n")).contains("\"text\":\"hello\"", "\"meta\":{\"user\":\"ann\"}");
            }
            try (Forked trace = sluice("trace", "--json", "--channel", "c", "--ops", "http://127.0.0.1:" + ops)) {
                assertThat(trace.code()).as(trace.toString()).isZero();
                assertThat(trace.out()).contains("\"known\" : true");
            }
            assertThat(node.err()).doesNotContain("ERROR", "NoClassDefFoundError");
        }
    }

    private static int port(Forked node, String name) {
        Matcher port = Pattern.compile(" " + name + "=\\S+:(\\d+)").matcher(node.out());
        assertThat(port.find()).as(node.toString()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    /** A copy of the launcher beside sources, with a Maven that only copies the jar. */
    @Test
    void it_builds_on_first_use_and_when_sources_are_newer() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Path source = Files.createDirectories(home.resolve("src/main")).resolve("A.java");
        Files.writeString(source, "");
        Files.writeString(home.resolve("pom.xml"), "");
        Files.copy(Forked.home().resolve("sluice"), home.resolve("sluice"));
        executable(home.resolve("sluice"));
        Path tools = Files.createDirectory(directory.resolve("tools"));
        Path jar =
                Path.of(System.getProperty("sluice.jar", "target/sluice.jar")).toAbsolutePath();
        Files.writeString(
                tools.resolve("mvn"),
                "#!/bin/sh\n[ -z \"$BREAK\" ] || exit 1\nmkdir -p target && cp '" + jar + "' target/sluice.jar\n");
        executable(tools.resolve("mvn"));
        String path = tools + ":" + System.getenv("PATH");

        assertThat(version(home, Map.of("PATH", path, "BREAK", "1"), 1)).contains("the build failed");
        assertThat(version(home, Map.of("PATH", path), 0)).contains("sluice: building ", "sluice: built in ");
        assertThat(version(home, Map.of("PATH", path), 0)).isEmpty();
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        assertThat(version(home, Map.of("PATH", path), 0)).contains("sluice: building ");
    }

    private String version(Path home, Map<String, String> environment, int code) throws Exception {
        try (Forked version =
                Forked.start(directory, environment, home.resolve("sluice").toString(), "version")) {
            assertThat(version.code()).as(version.toString()).isEqualTo(code);
            return version.err();
        }
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
