package io.sluice.chaos;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers and publishers of one run, and what they write down. Chance comes from a seed. All on one event loop; methods are for it, but for
 * those that say otherwise.
 */
final class Workload {
    /** What the channels begin with that nodes keep a log of. */
    static final String LOGGED = "log-";

    static final String UNLOGGED = "raw-";

    private static final int PLAIN = 2;
    private static final int CHAINS = 1;
    /** Of one chain, so that its items come out of order; and of a plain channel, so that many are on their way when a node dies. */
    private static final int CHAIN_IN_FLIGHT = 3;

    private static final int PLAIN_IN_FLIGHT = 50;

    private final Vertx vertx;
    private final HttpClient http;
    private final History history;
    private final StoreOrigin origin;
    private final Supplier<Node> balancer;
    private final Random random;
    private final PublishClient publisher;
    private final List<String> plain = new ArrayList<>();
    private final List<String> chains = new ArrayList<>();
    private final List<StreamClient> clients = new ArrayList<>();
    private final Map<String, Integer> inFlight = new HashMap<>();
    private final List<Future<Void>> underWay = new ArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private int lastId;
    private int lastClient;
    private @Nullable Long pump;

    /** @param run part of the names of channels, so that runs on one cluster don't meet */
    Workload(Vertx vertx, History history, StoreOrigin origin, Supplier<Node> balancer, String run, long seed) {
        this.vertx = vertx;
        this.history = history;
        this.origin = origin;
        this.balancer = balancer;
        this.random = new Random(seed);
        http = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(1000).setKeepAlive(false),
                new PoolOptions().setHttp1MaxSize(1000));
        publisher = new PublishClient(vertx, http, history, balancer);
        for (String kind : List.of(LOGGED, UNLOGGED)) {
            for (int i = 0; i < PLAIN; i++) {
                plain.add(kind + run + "-p" + i);
            }
            for (int i = 0; i < CHAINS; i++) {
                chains.add(kind + run + "-c" + i);
            }
        }
    }

    /** Whether the channel's items form a chain by their prev-ids. */
    static boolean chained(String channel) {
        return channel.matches(".*-c\\d+");
    }

    /** A subscriber to one chain, or to some plain channels. */
    void join() {
        boolean chain = random.nextInt(3) == 0;
        var channels = new TreeSet<String>();
        if (chain) {
            channels.add(chains.get(random.nextInt(chains.size())));
        } else {
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                channels.add(plain.get(random.nextInt(plain.size())));
            }
        }
        add(chain, channels);
    }

    /** One subscriber to each channel, so that none is without. */
    void joinEach() {
        plain.forEach(channel -> add(false, Set.of(channel)));
        chains.forEach(channel -> add(true, Set.of(channel)));
    }

    private void add(boolean chain, Set<String> channels) {
        String uri = (chain ? "/chain?c=" : "/plain?c=") + String.join("&c=", channels);
        var client = new StreamClient(vertx, http, history, "s" + ++lastClient, uri, channels, chain, balancer);
        clients.add(client);
        client.open();
    }

    void cutOne() {
        if (!clients.isEmpty()) {
            clients.get(random.nextInt(clients.size())).cut();
        }
    }

    void leaveOne() {
        if (clients.size() > 4) {
            clients.remove(random.nextInt(clients.size())).leave();
        }
    }

    void publishRefused() {
        String channel = plain.get(random.nextInt(plain.size()));
        underWay.add(publisher.publishRefused(channel, "bad" + ++lastId));
    }

    void burst(int items) {
        for (int i = 0; i < items; i++) {
            publishOne();
        }
    }

    /** Publishes one item every few milliseconds. */
    void startPublishing() {
        pump = vertx.setPeriodic(1, 4, timer -> publishOne());
    }

    /** Completes once everything published was accepted; fails when something never is. */
    Future<?> stopPublishing() {
        if (pump != null) {
            vertx.cancelTimer(pump);
            pump = null;
        }
        return Future.all(List.copyOf(underWay));
    }

    private void publishOne() {
        boolean chain = random.nextInt(2) == 0;
        List<String> among = chain ? chains : plain;
        String channel = among.get(random.nextInt(among.size()));
        if (inFlight.getOrDefault(channel, 0) >= (chain ? CHAIN_IN_FLIGHT : PLAIN_IN_FLIGHT)) {
            return;
        }
        inFlight.merge(channel, 1, Integer::sum);
        String id;
        String prevId = null;
        if (chain) {
            long number = origin.append(channel);
            id = String.valueOf(number);
            prevId = String.valueOf(number - 1);
        } else {
            id = String.valueOf(++lastId);
        }
        underWay.add(publisher
                .publish(channel, id, prevId)
                .onComplete(done -> inFlight.merge(channel, -1, Integer::sum))
                .onSuccess(done -> accepted.incrementAndGet()));
    }

    /** Items accepted until now. Any thread. */
    int accepted() {
        return accepted.get();
    }

    boolean allSubscribed() {
        return clients.stream().allMatch(StreamClient::subscribed);
    }

    /** Subscribers go; nothing is recorded of them any more. */
    void close() {
        stopPublishing();
        clients.forEach(StreamClient::leave);
        http.close();
    }
}
