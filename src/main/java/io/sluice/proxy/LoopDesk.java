package io.sluice.proxy;

import io.sluice.bus.ConnectionReport;
import io.sluice.fanout.Subscriber;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What an operator asks of one event loop's holds. That loop only. */
final class LoopDesk {
    /** Of a connection's channels, where many connections are told of. */
    private static final int LISTED = 20;

    /** Of those of one connection. */
    private static final int ALL = 1000;

    /** Of those that are slow, the first that came: who has been slow for longest is among them. */
    private static final int LOOKED_AT = 10_000;

    private final SessionParts parts;
    private final String node;
    /** WebSockets by the id that origins know. */
    private final Function<String, @Nullable SocketSession> sockets;

    /** How far a client is behind, read once: clocks and sockets go on. */
    private record Rank(SlowClient<?> client, long stalledMillis, long bytes) {}

    private static final Comparator<Rank> LEAST_FIRST =
            Comparator.comparingLong(Rank::stalledMillis).thenComparingLong(Rank::bytes);

    LoopDesk(SessionParts parts, String node, Function<String, @Nullable SocketSession> sockets) {
        this.parts = parts;
        this.node = node;
        this.sockets = sockets;
    }

    List<ConnectionReport> slow(int limit) {
        var worst = new PriorityQueue<>(LEAST_FIRST);
        parts.pressure().slow(LOOKED_AT, client -> {
            worst.add(new Rank(client, client.stalledMillis(), client.bytes()));
            if (worst.size() > limit) {
                worst.poll();
            }
        });
        return worst.stream()
                .sorted(LEAST_FIRST.reversed())
                .map(rank -> report(rank.client().owner(), LISTED))
                .toList();
    }

    Future<List<ConnectionReport>> connection(String id) {
        return held(id).map(all -> all.stream().map(held -> report(held, ALL)).toList());
    }

    Future<List<ConnectionReport>> ofClient(String clientId, int limit) {
        return reports(subscriber -> clientId.equals(subscriber.clientId()), limit);
    }

    Future<List<ConnectionReport>> matching(String text, int limit) {
        return reports(subscriber -> subscriber instanceof Held held && matches(held, text), limit);
    }

    private static boolean matches(Held held, String part) {
        SessionClient client = held.client();
        String clientId = client.clientId();
        ClientTraits traits = client.traits();
        if (has(client.id(), part)
                || (clientId != null && has(clientId, part))
                || has(traits.address(), part)
                || has(client.peer(), part)
                || has(client.uri().pathOnly(), part)
                || has(traits.userAgent(), part)
                || has(client.route().id(), part)) {
            return true;
        }
        for (Subscription subscription : held.channels().all()) {
            if (has(subscription.fullName(), part)) {
                return true;
            }
        }
        return false;
    }

    /** Whatever the case. */
    static boolean has(String text, String part) {
        for (int at = 0; at <= text.length() - part.length(); at++) {
            if (text.regionMatches(true, at, part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }

    Future<List<ConnectionReport>> disconnect(String id) {
        return held(id).map(all -> {
            var reports = new ArrayList<ConnectionReport>(1);
            for (Held held : all) {
                reports.add(report(held, ALL));
                held.disconnect(Disconnect.OPERATOR);
            }
            return reports;
        });
    }

    private Future<List<Held>> held(String id) {
        SocketSession socket = sockets.apply(id);
        return socket == null
                ? find(
                        subscriber -> subscriber instanceof Held held
                                && held.client().id().equals(id),
                        1)
                : Future.succeededFuture(List.of(socket));
    }

    private Future<List<ConnectionReport>> reports(Predicate<Subscriber> test, int limit) {
        return find(test, limit)
                .map(all -> all.stream().map(held -> report(held, LISTED)).toList());
    }

    private Future<List<Held>> find(Predicate<Subscriber> test, int limit) {
        return parts.fanout()
                .find(test, limit)
                .map(found -> found.stream()
                        .filter(Held.class::isInstance)
                        .map(Held.class::cast)
                        .toList());
    }

    private ConnectionReport report(Held held, int most) {
        SessionClient client = held.client();
        ClientTraits traits = client.traits();
        SlowClient<?> slow = held.drops().slow();
        var channels = new ArrayList<String>();
        var behind = new ArrayList<String>();
        int all = 0;
        int allBehind = 0;
        for (Subscription subscription : held.channels().all()) {
            if (++all <= most) {
                channels.add(subscription.fullName());
            }
            CatchUp catchUp = subscription.catchUp();
            if (catchUp != null && catchUp.behind() && ++allBehind <= most) {
                behind.add(subscription.fullName());
            }
        }
        return new ConnectionReport(
                node,
                client.id(),
                held.kind(),
                client.clientId(),
                traits.address().isEmpty() ? client.peer() : traits.address(),
                client.route().id(),
                client.uri().pathOnly(),
                traits.userAgent(),
                traits.headers().stream()
                        .map(header -> header.name() + ": " + header.value())
                        .toList(),
                channels,
                all,
                behind,
                allBehind,
                slow == null ? 0 : slow.messages(),
                slow == null ? 0 : slow.bytes(),
                slow == null ? 0 : slow.oldestMillis(),
                slow == null ? 0 : slow.slowMillis(),
                slow == null ? 0 : slow.stalledMillis(),
                held.drops().dropped());
    }
}
