package io.sluice.protocol;

import io.sluice.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Debian's Pushpin 1.36 as four processes on free loopback ports: condure takes clients, zurl talks to origins, proxy and handler
 * are Pushpin itself. What the routes and limits are is up to us, the rest is as its package ships it.
 */
final class PushpinServer implements ServerUnderTest {
    private static final List<String> PROGRAMS = List.of("condure", "zurl", "pushpin-proxy", "pushpin-handler");

    private final List<Process> processes = new ArrayList<>();
    private final Path dir;
    private final int clientPort;
    private final int controlPort;

    private PushpinServer(Path dir, int clientPort, int controlPort) {
        this.dir = dir;
        this.clientPort = clientPort;
        this.controlPort = controlPort;
    }

    static boolean installed() {
        return PROGRAMS.stream().allMatch(program -> Files.isExecutable(Path.of("/usr/bin", program)));
    }

    static PushpinServer start(List<String> routes) throws IOException {
        Path dir = Files.createTempDirectory("pp"); // short: the names of unix sockets are bounded
        List<Integer> ports = FreePorts.take(5);
        var server = new PushpinServer(dir, ports.get(0), ports.get(1));
        Files.write(dir.resolve("routes"), routes);
        Files.writeString(dir.resolve("pushpin.conf"), server.pushpinConf(ports));
        Files.writeString(dir.resolve("zurl.conf"), server.zurlConf());
        server.spawn(
                "condure",
                "--log-level=2",
                "--listen=127.0.0.1:" + ports.get(0) + ",stream",
                "--zclient-stream=ipc://" + dir + "/p-condure",
                "--buffer-size=8192",
                "--stream-maxconn=1000",
                "--workers=2");
        server.spawn("zurl", "--loglevel=2", "--config=" + dir + "/zurl.conf");
        server.spawn("pushpin-proxy", "--config=" + dir + "/pushpin.conf", "--loglevel=2");
        server.spawn("pushpin-handler", "--config=" + dir + "/pushpin.conf", "--loglevel=2");
        server.awaitPort(ports.get(0));
        server.awaitPort(ports.get(1));
        server.await("started", "condure", "zurl", "pushpin-proxy", "pushpin-handler");
        return server;
    }

    private String pushpinConf(List<Integer> ports) {
        return """
                [global]
                include={libdir}/internal.conf
                rundir=DIR
                ipc_prefix=p-
                port_offset=0
                stats_connection_ttl=120

                [runner]
                client_maxconn=1000

                [proxy]
                routesfile=routes
                debug=false
                auto_cross_origin=false
                accept_x_forwarded_protocol=false
                set_x_forwarded_protocol=proto-only
                sig_iss=pushpin
                sig_key=changeme
                updates_check=off
                zurl_out_specs=ipc://DIR/z-in
                zurl_out_stream_specs=ipc://DIR/z-in-stream
                zurl_in_specs=ipc://DIR/z-out

                [handler]
                push_in_spec=tcp://127.0.0.1:PULL
                push_in_sub_specs=tcp://127.0.0.1:SUB
                push_in_sub_connect=false
                push_in_http_addr=127.0.0.1
                push_in_http_port=HTTP
                push_in_http_max_headers_size=10000
                push_in_http_max_body_size=1000000
                stats_spec=ipc://DIR/p-stats
                command_spec=tcp://127.0.0.1:COMMAND
                message_rate=2500
                message_hwm=25000
                message_wait=WAIT
                id_cache_ttl=60
                connection_subscription_max=20
                subscription_linger=60
                stats_subscription_ttl=60
                stats_report_interval=10
                stats_format=tnetstring
                """.replace("DIR", dir.toString())
                .replace("HTTP", Integer.toString(ports.get(1)))
                .replace("PULL", Integer.toString(ports.get(2)))
                .replace("SUB", Integer.toString(ports.get(3)))
                .replace("COMMAND", Integer.toString(ports.get(4)))
                .replace("WAIT", Long.toString(MESSAGE_WAIT.toMillis()));
    }

    private String zurlConf() {
        return """
                [General]
                instance_id=
                in_spec=ipc://DIR/z-in
                in_stream_spec=ipc://DIR/z-in-stream
                out_spec=ipc://DIR/z-out
                in_req_spec=ipc://DIR/z-req
                ipc_file_mode=660
                defpolicy=allow
                allow=
                deny=
                max_open_requests=1000
                buffer_size=200000
                timeout=600
                in_hwm=1000
                out_hwm=1000
                """.replace("DIR", dir.toString());
    }

    private void spawn(String... command) throws IOException {
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(command[0] + ".log").toFile())
                .start());
    }

    private void awaitPort(int port) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    private void await(String text, String... programs) {
        for (String program : programs) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> log(program).contains(text));
        }
    }

    private String log(String program) throws IOException {
        return Files.readString(dir.resolve(program + ".log"));
    }

    @Override
    public Kind kind() {
        return Kind.PUSHPIN;
    }

    @Override
    public int clientPort() {
        return clientPort;
    }

    @Override
    public int controlPort() {
        return controlPort;
    }

    @Override
    public void expectSubscribed(String channel) {
        // its log tells
    }

    @Override
    public void awaitSubscribed(String channel) {
        Pattern line = Pattern.compile("subscribe \\S+ channel=" + Pattern.quote(channel) + "\\s");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> line.matcher(log("pushpin-handler")).find());
    }

    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
            if (process.isAlive()) {
                process.destroyForcibly().onExit().join();
            }
        }
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
