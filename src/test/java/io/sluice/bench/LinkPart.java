package io.sluice.bench;

import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an item costs that goes from its home to a subscriber on another node: bytes on the wire and CPU, one at a time and many at once. */
final class LinkPart {
    private static final int ROUNDS = 3;
    private static final int IDLE_SECONDS = 5;

    private LinkPart() {}

    private record Shape(String name, int batch, int inFlight, int items) {}

    static void run(Path directory) throws Exception {
        try (var cluster = new BenchCluster(directory, 3)) {
            BenchNode a = cluster.node(0);
            BenchNode b = cluster.node(1);
            System.out.println(
                    "| | CPU us an item, all nodes | bytes A to B | bytes B to A | items/s |\n|---|---|---|---|---|");
            for (String kind : List.of("plain-", "log-")) {
                String channel = cluster.channelsAt(a, kind, 1).get(0);
                for (Shape shape : List.of(
                        new Shape("alone", 1, 1, 5000), new Shape("packed (50 a call, 10 calls)", 50, 10, 100_000))) {
                    report(kind + shape.name + ", subscriber at home", cluster, a, a, b, channel, shape);
                    report(kind + shape.name + ", subscriber on another node", cluster, b, a, b, channel, shape);
                }
            }
        }
    }

    private static void report(
            String name,
            BenchCluster cluster,
            BenchNode subscriber,
            BenchNode a,
            BenchNode b,
            String channel,
            Shape shape)
            throws Exception {
        var cpu = new Samples();
        var there = new Samples();
        var back = new Samples();
        var rate = new Samples();
        for (int round = -1; round < ROUNDS; round++) {
            var flood = new Flood(cluster, a, channel, shape);
            NetSocket socket = cluster.load
                    .open(subscriber, List.of(channel), (c, tag) -> flood.got())
                    .await(20, TimeUnit.SECONDS);
            double idleFrom = cluster.cpuSeconds();
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            double from = cluster.cpuSeconds();
            double idle = (from - idleFrom) / IDLE_SECONDS;
            long thereFrom = a.sentTo(b);
            long backFrom = b.sentTo(a);
            long start = System.nanoTime();
            cluster.load.vertx.runOnContext(turn -> flood.pump());
            flood.done.future().await(120, TimeUnit.SECONDS);
            double seconds = (System.nanoTime() - start) / 1e9;
            double used = cluster.cpuSeconds() - from - idle * seconds;
            if (round >= 0) {
                cpu.add(used * 1e6 / shape.items);
                there.add((a.sentTo(b) - thereFrom) / (double) shape.items);
                back.add((b.sentTo(a) - backFrom) / (double) shape.items);
                rate.add(shape.items / seconds);
            }
            socket.close().await(10, TimeUnit.SECONDS);
        }
        System.out.printf(
                "| %s | %.1f | %.0f | %.1f | %.0f |%n",
                name, cpu.median(), there.median(), back.median(), rate.median());
    }

    /** On the event loop. */
    private static final class Flood {
        final Promise<Void> done = Promise.promise();
        private final BenchCluster cluster;
        private final BenchNode node;
        private final List<String> call;
        private final Shape shape;
        private int sent;
        private int got;
        private int acknowledged;

        Flood(BenchCluster cluster, BenchNode node, String channel, Shape shape) {
            this.cluster = cluster;
            this.node = node;
            this.call = Collections.nCopies(shape.batch, channel);
            this.shape = shape;
        }

        /** What is under way has neither been answered nor arrived. */
        void pump() {
            while (sent < shape.items && sent - Math.min(got, acknowledged) < shape.batch * shape.inFlight) {
                sent += shape.batch;
                cluster.load
                        .publish(node, call, "t")
                        .onSuccess(ok -> {
                            acknowledged += shape.batch;
                            pump();
                            end();
                        })
                        .onFailure(done::tryFail);
            }
        }

        void got() {
            got++;
            pump();
            end();
        }

        private void end() {
            if (got >= shape.items && acknowledged >= shape.items) {
                done.tryComplete();
            }
        }
    }
}
