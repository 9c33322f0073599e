package io.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** 100,000 channels with one subscriber each over three nodes: their memory, and how soon they are served after a node was killed. */
final class ChannelsPart {
    private static final int PER_STREAM = 10;
    private static final int STREAMS = Integer.getInteger("sluice.bench.channels", 100_000) / PER_STREAM;
    private static final int CALL = 100;
    private static final long AGAIN_MILLIS = 50;

    private ChannelsPart() {}

    static void run(Path directory) throws Exception {
        run(directory, "plain-");
        run(directory, "log-");
    }

    private static void run(Path directory, String kind) throws Exception {
        try (var cluster = new BenchCluster(directory, 3, "http.max-connections=50000")) {
            System.out.printf("%s %,d channels, %d a stream%n", kind, STREAMS * PER_STREAM, PER_STREAM);
            // The same streams on as many channels as one has: what is left are the channels.
            var same = new ArrayList<List<String>>();
            for (int i = 0; i < STREAMS; i++) {
                same.add(names(kind + "same", 0));
            }
            List<NetSocket> first = open(cluster, same, Map.of());
            long[] before = heaps(cluster);
            Future.all(first.stream().map(NetSocket::close).toList()).await(60, TimeUnit.SECONDS);
            TimeUnit.SECONDS.sleep(3);

            var own = new ArrayList<List<String>>();
            for (int i = 0; i < STREAMS; i++) {
                own.add(names(kind, i));
            }
            var served = new HashMap<String, Long>();
            double cpu = cluster.cpuSeconds();
            long start = System.nanoTime();
            open(cluster, own, served);
            System.out.printf(
                    "subscribed in %.1f s, %.0f us CPU a channel, all nodes%n",
                    (System.nanoTime() - start) / 1e9, (cluster.cpuSeconds() - cpu) * 1e6 / (STREAMS * PER_STREAM));
            long[] after = heaps(cluster);
            for (int i = 0; i < 3; i++) {
                System.out.printf(
                        "%s: heap %,d KB before, %,d KB with them; %.0f bytes a channel of the cluster%n",
                        cluster.node(i).name,
                        before[i] >> 10,
                        after[i] >> 10,
                        (after[i] - before[i]) / (double) (STREAMS * PER_STREAM));
            }
            kill(cluster, own, served);
        }
    }

    private static List<String> names(String prefix, int stream) {
        var names = new ArrayList<String>();
        for (int i = 0; i < PER_STREAM; i++) {
            names.add(prefix + stream + "." + i);
        }
        return names;
    }

    private static List<NetSocket> open(BenchCluster cluster, List<List<String>> channels, Map<String, Long> served)
            throws Exception {
        return SubscribePart.openAll(
                        cluster.load,
                        cluster.nodes,
                        channels,
                        (channel, tag) -> served.putIfAbsent(channel, System.nanoTime()))
                .await(300, TimeUnit.SECONDS);
    }

    private static long[] heaps(BenchCluster cluster) throws Exception {
        long[] heaps = new long[3];
        for (int i = 0; i < 3; i++) {
            heaps[i] = cluster.node(i).liveHeap();
        }
        return heaps;
    }

    /** Publishes to the subscribers of the other two, again and again, until each has an item. */
    private static void kill(BenchCluster cluster, List<List<String>> own, Map<String, Long> served) throws Exception {
        var wanted = new ArrayList<String>();
        for (int i = 0; i < own.size(); i++) {
            if (i % 3 != 2) {
                wanted.addAll(own.get(i));
            }
        }
        // Once round with all of them there, as a measure.
        var calls = new ArrayList<Call>();
        for (int from = 0; from < wanted.size(); from += CALL) {
            calls.add(new Call(cluster, wanted.subList(from, Math.min(from + CALL, wanted.size())), served));
        }
        long start = System.nanoTime();
        round(cluster, calls, served, wanted);
        System.out.printf("one item to each of %,d channels: %s%n", wanted.size(), times(served, start));
        cluster.node(2).kill();
        start = System.nanoTime();
        round(cluster, calls, served, wanted);
        System.out.printf("the same after a kill: %s%n", times(served, start));
    }

    private static void round(BenchCluster cluster, List<Call> calls, Map<String, Long> served, List<String> wanted)
            throws Exception {
        var done = Promise.<Void>promise();
        cluster.load.vertx.runOnContext(turn -> {
            served.clear();
            int[] next = {0};
            Runnable[] one = new Runnable[1];
            one[0] = () -> {
                if (next[0] < calls.size()) {
                    calls.get(next[0]++).send(() -> one[0].run());
                }
            };
            for (int i = 0; i < 8; i++) {
                one[0].run();
            }
            cluster.load.vertx.setPeriodic(10, timer -> {
                if (served.keySet().containsAll(wanted)) {
                    cluster.load.vertx.cancelTimer(timer);
                    done.complete();
                }
            });
        });
        done.future().await(180, TimeUnit.SECONDS);
    }

    private static String times(Map<String, Long> served, long start) {
        var samples = new Samples();
        served.values().forEach(at -> samples.add((at - start) / 1e9));
        return "half of them after %.2f s, 99 %% after %.2f s, the last after %.2f s"
                .formatted(samples.median(), samples.quantile(0.99), samples.quantile(1));
    }

    /** An item to each of some channels, until all have it. */
    private record Call(BenchCluster cluster, List<String> channels, Map<String, Long> served) {
        /** @param first once the first try has its answer, so that one dead home does not hold up the others */
        void send(Runnable first) {
            List<String> left =
                    channels.stream().filter(name -> !served.containsKey(name)).toList();
            if (left.isEmpty()) {
                first.run();
                return;
            }
            Future<Void> sent = cluster.load.publish(cluster.node(0), left, "t");
            boolean[] told = {false};
            Runnable once = () -> {
                if (!told[0]) {
                    told[0] = true;
                    first.run();
                }
            };
            cluster.load.vertx.setTimer(500, late -> once.run());
            sent.onComplete(answer -> {
                once.run();
                cluster.load.vertx.setTimer(AGAIN_MILLIS, later -> send(() -> {}));
            });
        }
    }
}
