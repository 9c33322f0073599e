package io.sluice.bench;

import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From the publish call to the subscriber, one item at a time, by where publisher, home and subscriber are. */
final class LatencyPart {
    private static final int WARM = 1000;
    private static final int ITEMS = 500;
    private static final int ROUNDS = 6;

    private record Way(BenchCluster cluster, BenchNode publisher, BenchNode subscriber, String channel) {}

    private LatencyPart() {}

    static void run(Path directory) throws Exception {
        try (var alone = new BenchCluster(directory, 1);
                var three = new BenchCluster(directory, 3)) {
            var ways = new LinkedHashMap<String, Way>();
            for (String kind : List.of("plain-", "log-")) {
                BenchNode a = three.node(0);
                BenchNode b = three.node(1);
                BenchNode c = three.node(2);
                String homeA = three.channelsAt(a, kind + "a", 1).get(0);
                String homeB = three.channelsAt(b, kind + "b", 1).get(0);
                ways.put(kind + " one node alone", new Way(alone, alone.node(0), alone.node(0), kind + "x"));
                ways.put(kind + " all on A, of three nodes", new Way(three, a, a, homeA));
                ways.put(kind + " published on A, home A, subscriber on B", new Way(three, a, b, homeA));
                ways.put(kind + " published on A, home B, subscriber on B", new Way(three, a, b, homeB));
                ways.put(kind + " published on A, home B, subscriber on C", new Way(three, a, c, homeB));
            }
            for (Way way : ways.values()) {
                measure(way, WARM, new Samples());
            }
            var all = new LinkedHashMap<String, Samples>();
            for (int round = 0; round < ROUNDS; round++) {
                for (Map.Entry<String, Way> way : ways.entrySet()) {
                    measure(way.getValue(), ITEMS, all.computeIfAbsent(way.getKey(), key -> new Samples()));
                }
            }
            System.out.println("| way | median us | p99 us | items |\n|---|---|---|---|");
            all.forEach((way, samples) -> System.out.printf(
                    "| %s | %.0f | %.0f | %d |%n", way, samples.median(), samples.quantile(0.99), samples.size()));
        }
    }

    private static void measure(Way way, int items, Samples into) throws Exception {
        var loop = new Loop(way, items, into);
        NetSocket socket = way.cluster
                .load
                .open(way.subscriber, List.of(way.channel), (channel, tag) -> loop.got(tag))
                .await(20, TimeUnit.SECONDS);
        way.cluster.load.vertx.runOnContext(turn -> loop.next());
        loop.done.future().await(120, TimeUnit.SECONDS);
        socket.close().await(10, TimeUnit.SECONDS);
    }

    /** On the event loop. */
    private static final class Loop {
        final Promise<Void> done = Promise.promise();
        private final Way way;
        private final int items;
        private final Samples into;
        private int number;
        private int open;
        private long sent;

        Loop(Way way, int items, Samples into) {
            this.way = way;
            this.items = items;
            this.into = into;
        }

        void next() {
            if (number == items) {
                done.tryComplete();
                return;
            }
            number++;
            open = 2;
            sent = System.nanoTime();
            way.cluster
                    .load
                    .publish(way.publisher, List.of(way.channel), String.valueOf(number))
                    .onSuccess(ok -> step())
                    .onFailure(done::tryFail);
        }

        void got(String tag) {
            if (tag.equals(String.valueOf(number))) {
                into.add((System.nanoTime() - sent) / 1000.0);
                step();
            }
        }

        private void step() {
            open--;
            if (open == 0) {
                next();
            }
        }
    }
}
