package io.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.FreePorts;
import io.sluice.testing.TestGateway;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published GRIP libraries for Node, as they are, in apps behind the gateway; clients are real EventSources and WebSockets. Needs
 * Node 18 and npm; the libraries install themselves into {@code src/test/clients/node_modules}.
 */
class NodeClientsIT {
    private static final Path CLIENTS = Path.of(System.getProperty("sluice.home", "."), "src", "test", "clients")
            .toAbsolutePath();

    @BeforeAll
    static void install() throws Exception {
        boolean node = works("node", "--version") && works("npm", "--version");
        if ("true".equals(System.getenv("CI"))) {
            assertThat(node).as("CI has node and npm").isTrue();
        }
        assumeTrue(node, "no node or npm on this machine: the real client libraries are not tested");
        Path stamp = CLIENTS.resolve("node_modules/.package-lock.json");
        Path lock = CLIENTS.resolve("package-lock.json");
        if (!Files.exists(stamp) || Files.getLastModifiedTime(stamp).compareTo(Files.getLastModifiedTime(lock)) < 0) {
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
                    .directory(CLIENTS.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = read(npm);
            assertThat(npm.waitFor()).as(output).isZero();
        }
    }

    @Test
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void express_with_the_grip_libraries_and_event_sources() throws Exception {
        assertThat(checks("", List.of("app.mjs"), "check.mjs").lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith("ok "));
    }

    /** Over HTTP, as the libraries want it; the clients are sockets of {@code ws}. */
    @ParameterizedTest
    @ValueSource(strings = {"express", "http"})
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void websockets_with_the_grip_libraries(String server) throws Exception {
        String output = checks(",over_http", List.of("chat.mjs", server), "check-ws.mjs");
        assertThat(output.lines()).hasSize(17).allMatch(line -> line.startsWith("ok "));
    }

    /** libzmq, by the package {@code zeromq}: a second implementation of ZeroMQ. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void libzmq_publishes() throws Exception {
        List<Integer> ports = FreePorts.take(3);
        String command = "tcp://127.0.0.1:" + ports.get(2);
        try (var gateway = TestGateway.start(
                List.of("* test"),
                Map.of(
                        "zmq.pull", "tcp://127.0.0.1:" + ports.get(0),
                        "zmq.sub", "tcp://127.0.0.1:" + ports.get(1),
                        "zmq.command", command))) {
            Process publisher = node(List.of("zmq.mjs", "http://127.0.0.1:" + gateway.httpPort(), command))
                    .redirectErrorStream(true)
                    .start();
            String output = read(publisher);
            assertThat(publisher.waitFor()).as(output).isZero();
            assertThat(output.lines()).hasSize(3).allMatch(line -> line.startsWith("ok "));
        }
    }

    /** What the checks print, run against a gateway with the app behind it. */
    private static String checks(String targetOptions, List<String> appArguments, String check) throws Exception {
        int appPort = FreePorts.takeOne();
        try (var gateway = TestGateway.start(
                List.of("* 127.0.0.1:" + appPort + targetOptions),
                Map.of(
                        "grip.sig-iss", "sluice-test",
                        "grip.sig-key", "a-test-key",
                        "control.auth-iss", "publisher",
                        "control.auth-key", "publish-key"))) {
            String control = "http://127.0.0.1:" + gateway.controlPort()
                    + "/?iss=publisher&key=publish-key&verify-iss=sluice-test&verify-key=a-test-key";
            ProcessBuilder builder = node(appArguments);
            builder.environment().put("GRIP_URL", control);
            builder.environment().put("PORT", Integer.toString(appPort));
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            Process app = builder.start();
            try (BufferedReader out = app.inputReader(StandardCharsets.UTF_8)) {
                assertThat(out.readLine()).isEqualTo("port=" + appPort);
                Process clients = node(List.of(
                                check, "http://127.0.0.1:" + gateway.httpPort(), "http://127.0.0.1:" + appPort))
                        .redirectErrorStream(true)
                        .start();
                String output = read(clients);
                assertThat(clients.waitFor()).as(output).isZero();
                return output;
            } finally {
                app.destroy();
            }
        }
    }

    private static ProcessBuilder node(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(arguments);
        return new ProcessBuilder(command).directory(CLIENTS.toFile());
    }

    private static boolean works(String... command) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .redirectErrorStream(true)
                    .redirectOutput(new File("/dev/null"))
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String read(Process process) throws IOException {
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return String.join("\n", in.lines().toList());
        }
    }
}
