package io.sluice.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures nodes on this machine, alone and as a cluster of three; {@code docs/benchmarks.md} has the command. Arguments: the parts to run, of {@code latency}, {@code link},
 * {@code subscribe}, {@code channels}, {@code tls} and {@code http2}; all without.
 */
public final class ClusterBench {
    private ClusterBench() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            // Threads of the load may be left.
            System.exit(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        List<String> parts = arguments.length == 0
                ? List.of("latency", "link", "subscribe", "channels", "tls", "http2")
                : List.of(arguments);
        Path directory = Files.createTempDirectory("sluice-bench");
        for (String part : parts) {
            System.out.println("\n" + part);
            switch (part) {
                case "latency" -> LatencyPart.run(directory);
                case "link" -> LinkPart.run(directory);
                case "subscribe" -> SubscribePart.run(directory);
                case "channels" -> ChannelsPart.run(directory);
                case "tls" -> TlsPart.run(directory);
                case "http2" -> Http2Part.run(directory);
                default -> throw new IllegalArgumentException("no part '" + part + "'");
            }
        }
    }
}
