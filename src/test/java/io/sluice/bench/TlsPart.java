package io.sluice.bench;

import io.sluice.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a delivery costs the node over plain TCP, TLS and HTTP/2: one channel, one item under way at a time. */
final class TlsPart {
    private static final int STREAMS = 1000;
    private static final int WARM_UP = 400;
    private static final int ITEMS = 300;
    private static final int ROUNDS = 3;

    private TlsPart() {}

    static void run(Path directory) throws Exception {
        Path certificates = Files.createDirectories(directory.resolve("certificates"));
        TestCertificates.server(certificates, "default", "EC", "localhost");
        System.out.println("| | deliveries per CPU-second |\n|---|---|");
        try (var load = new Load()) {
            Map<String, String> jdk = Map.of("JAVA_TOOL_OPTIONS", "-Dio.netty.handler.ssl.noOpenSsl=true");
            report("plain, HTTP/1.1", directory, load, certificates, Map.of(), false, false);
            report("TLS by OpenSSL, HTTP/1.1", directory, load, certificates, Map.of(), true, false);
            report("TLS by the JDK, HTTP/1.1", directory, load, certificates, jdk, true, false);
            report("TLS by OpenSSL, HTTP/2", directory, load, certificates, Map.of(), true, true);
            report("TLS by the JDK, HTTP/2", directory, load, certificates, jdk, true, true);
        }
    }

    private static void report(
            String name,
            Path directory,
            Load load,
            Path certificates,
            Map<String, String> environment,
            boolean tls,
            boolean http2)
            throws Exception {
        List<String> arguments = List.of(
                "--route",
                "* 127.0.0.1:" + load.originPort(),
                "--set",
                "http.tls-port=0",
                "--set",
                "http.tls-certificates=" + certificates);
        try (BenchNode node =
                BenchNode.start(directory, "tls", arguments, environment).ready()) {
            var streams = new Streams(load, node, tls, http2, STREAMS);
            streams.open(STREAMS);
            streams.deliver(WARM_UP);
            var rates = new Samples();
            for (int round = 0; round < ROUNDS; round++) {
                double from = node.cpuSeconds();
                streams.deliver(ITEMS);
                rates.add(ITEMS * (double) STREAMS / (node.cpuSeconds() - from));
            }
            System.out.printf("| %s | %.0f |%n", name, rates.median());
        }
    }
}
