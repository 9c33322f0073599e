package io.sluice.proxy;

import io.sluice.bus.ConnectionReport;
import io.sluice.fanout.Subscriber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What an operator asks of one event loop's holds. That loop only. */
final class LoopDesk {
    private static final Comparator<SlowClient<?>> WORST_FIRST = Comparator.<SlowClient<?>>comparingLong(
                    client -> -client.stalledMillis())
            .thenComparing(client -> -client.bytes());

    private final SessionParts parts;
    private final String node;

    LoopDesk(SessionParts parts, String node) {
        this.parts = parts;
        this.node = node;
    }

    List<ConnectionReport> slow(int limit) {
        return parts.pressure().slow().stream()
                .sorted(WORST_FIRST)
                .limit(limit)
                .map(client -> report(client.owner()))
                .toList();
    }

    List<ConnectionReport> connection(String id) {
        return held(
                        subscriber -> subscriber instanceof Held held
                                && held.client().id().equals(id),
                        1)
                .stream()
                .map(this::report)
                .toList();
    }

    List<ConnectionReport> ofClient(String clientId, int limit) {
        return held(subscriber -> clientId.equals(subscriber.clientId()), limit).stream()
                .map(this::report)
                .toList();
    }

    List<ConnectionReport> matching(String text, int limit) {
        String part = text.toLowerCase(Locale.ROOT);
        return held(subscriber -> subscriber instanceof Held held && matches(held.client(), part), limit).stream()
                .map(this::report)
                .toList();
    }

    private static boolean matches(SessionClient client, String part) {
        String clientId = client.clientId();
        ClientTraits traits = client.traits();
        return has(client.id(), part)
                || (clientId != null && has(clientId, part))
                || has(traits.address(), part)
                || has(client.peer(), part)
                || has(client.uri().pathOnly(), part)
                || has(traits.userAgent(), part);
    }

    private static boolean has(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part);
    }

    List<ConnectionReport> disconnect(String id) {
        var reports = new ArrayList<ConnectionReport>(1);
        for (Held held : held(
                subscriber ->
                        subscriber instanceof Held known && known.client().id().equals(id),
                1)) {
            reports.add(report(held));
            held.disconnect(Disconnect.OPERATOR);
        }
        return reports;
    }

    private List<Held> held(java.util.function.Predicate<Subscriber> test, int limit) {
        return parts.fanout().find(test, limit).stream()
                .filter(Held.class::isInstance)
                .map(Held.class::cast)
                .toList();
    }

    private ConnectionReport report(Held held) {
        SessionClient client = held.client();
        ClientTraits traits = client.traits();
        SlowClient<?> slow = held.drops().slow();
        var channels = new ArrayList<String>();
        var behind = new ArrayList<String>();
        for (Subscription subscription : held.channels().all()) {
            channels.add(subscription.fullName());
            CatchUp catchUp = subscription.catchUp();
            if (catchUp != null && catchUp.behind()) {
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
                behind,
                slow == null ? 0 : slow.messages(),
                slow == null ? 0 : slow.bytes(),
                slow == null ? 0 : slow.oldestMillis(),
                slow == null ? 0 : slow.slowMillis(),
                slow == null ? 0 : slow.stalledMillis(),
                held.drops().dropped());
    }
}
