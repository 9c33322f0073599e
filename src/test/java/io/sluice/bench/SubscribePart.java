package io.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What a stream costs until it is subscribed: to a channel of its own, or to one that its node has; alone and among three nodes. */
final class SubscribePart {
    private static final int STREAMS = 4000;
    private static final int AT_ONCE = 32;
    private static final int ROUNDS = 3;

    private SubscribePart() {}

    static void run(Path directory) throws Exception {
        System.out.println("| | CPU us a stream, all nodes | streams/s |\n|---|---|---|");
        for (int size : new int[] {1, 3}) {
            try (var cluster = new BenchCluster(directory, size)) {
                measure(cluster, i -> "warm-" + i);
                String nodes = size == 1 ? "one node alone" : "three nodes";
                report(nodes + ", a known channel", cluster, round -> i -> "known");
                report(nodes + ", new channels", cluster, round -> i -> "new-" + round + "-" + i);
                report(nodes + ", new channels with a log", cluster, round -> i -> "log-" + round + "-" + i);
            }
        }
    }

    private static void report(String name, BenchCluster cluster, IntFunction<IntFunction<String>> channels)
            throws Exception {
        var cpu = new Samples();
        var rate = new Samples();
        for (int round = 0; round < ROUNDS; round++) {
            double from = cluster.cpuSeconds();
            double seconds = measure(cluster, channels.apply(round));
            cpu.add((cluster.cpuSeconds() - from) * 1e6 / STREAMS);
            rate.add(STREAMS / seconds);
        }
        System.out.printf("| %s | %.0f | %.0f |%n", name, cpu.median(), rate.median());
    }

    /** Seconds until all are subscribed; then they are closed. */
    private static double measure(BenchCluster cluster, IntFunction<String> channel) throws Exception {
        List<List<String>> names = IntStream.range(0, STREAMS)
                .mapToObj(i -> List.of(channel.apply(i)))
                .toList();
        long start = System.nanoTime();
        List<NetSocket> sockets = openAll(cluster.load, cluster.nodes.subList(0, 1), names, (name, tag) -> {})
                .await(120, TimeUnit.SECONDS);
        double seconds = (System.nanoTime() - start) / 1e9;
        Future.all(sockets.stream().map(NetSocket::close).toList()).await(60, TimeUnit.SECONDS);
        TimeUnit.SECONDS.sleep(2);
        return seconds;
    }

    /** Streams over the nodes in turn, some of them at once. */
    static Future<List<NetSocket>> openAll(
            Load load, List<BenchNode> nodes, List<List<String>> channels, BiConsumer<String, String> got) {
        Promise<List<NetSocket>> done = Promise.promise();
        var sockets = new ArrayList<NetSocket>();
        int[] next = {0};
        Runnable[] one = new Runnable[1];
        one[0] = () -> {
            if (next[0] < channels.size()) {
                int index = next[0]++;
                load.open(nodes.get(index % nodes.size()), channels.get(index), got)
                        .onFailure(done::tryFail)
                        .onSuccess(socket -> {
                            sockets.add(socket);
                            if (sockets.size() == channels.size()) {
                                done.tryComplete(sockets);
                            }
                            one[0].run();
                        });
            }
        };
        load.vertx.runOnContext(turn -> {
            for (int i = 0; i < AT_ONCE; i++) {
                one[0].run();
            }
        });
        return done.future();
    }
}
