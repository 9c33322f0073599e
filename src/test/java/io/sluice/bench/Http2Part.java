package io.sluice.bench;

import io.sluice.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Very many streams on one node, a hundred on each HTTP/2 connection: what one takes, and what it costs to reach them all. */
final class Http2Part {
    private static final int FEW = 50_000;
    private static final int MANY = 200_000;
    private static final int WARM_UP = 20;
    private static final int ITEMS = 10;

    private Http2Part() {}

    static void run(Path directory) throws Exception {
        Path certificates = Files.createDirectories(directory.resolve("certificates-h2"));
        TestCertificates.server(certificates, "default", "EC", "localhost");
        try (var load = new Load()) {
            List<String> arguments = List.of(
                    "--route",
                    "* 127.0.0.1:" + load.originPort(),
                    "--set",
                    "http.tls-port=0",
                    "--set",
                    "http.tls-certificates=" + certificates);
            try (BenchNode node = BenchNode.start(directory, "http2", arguments).ready()) {
                measure(node, new Streams(load, node, true, true, MANY));
            }
        }
    }

    private static void measure(BenchNode node, Streams streams) throws Exception {
        streams.open(FEW);
        long heap = node.liveHeap();
        long memory = node.privateBytes();
        double from = node.cpuSeconds();
        streams.open(MANY);
        double opening = node.cpuSeconds() - from;
        int more = MANY - FEW;
        System.out.printf(
                "%,d to %,d streams: heap %d bytes a stream, private memory %d; %.0f us of CPU to open one%n",
                FEW,
                MANY,
                (node.liveHeap() - heap) / more,
                (node.privateBytes() - memory) / more,
                1e6 * opening / more);
        streams.deliver(WARM_UP);
        from = node.cpuSeconds();
        long begun = System.nanoTime();
        streams.deliver(ITEMS);
        System.out.printf(
                "an item to all: %.0f deliveries per CPU-second, %.0f ms until the last has it%n",
                ITEMS * (double) MANY / (node.cpuSeconds() - from), (System.nanoTime() - begun) / 1e6 / ITEMS);
    }
}
