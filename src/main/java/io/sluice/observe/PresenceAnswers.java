package io.sluice.observe;

import io.sluice.bus.Addresses;
import io.sluice.bus.ChannelList;
import io.sluice.bus.ChannelPresence;
import io.sluice.bus.ConnectionReport;
import io.sluice.bus.ConnectionReports;
import io.sluice.bus.HoldPlace;
import io.sluice.bus.ItemWay;
import io.sluice.bus.PresenceQuestion;
import io.sluice.bus.SubscriptionTally;
import io.sluice.fanout.LoopConnections;
import io.sluice.fanout.Loops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/** Tells the cluster of this node: who is subscribed, what became of items, how it is. On the context of a verticle. */
final class PresenceAnswers {
    private final Vertx vertx;
    private final Loops loops;
    private final NodeState state;
    private final Walks walks = new Walks(() -> System.nanoTime() / 1_000_000, ClusterPresence.TIMEOUT_MILLIS);

    PresenceAnswers(Vertx vertx, Loops loops, NodeState state) {
        this.state = state;
        this.vertx = vertx;
        this.loops = loops;
    }

    Future<Void> register(String node) {
        return vertx.eventBus()
                .<PresenceQuestion>consumer(Addresses.presence(node), this::answer)
                .completion();
    }

    private void answer(Message<PresenceQuestion> question) {
        PresenceQuestion asked = question.body();
        Future<?> answer;
        if (asked instanceof PresenceQuestion.OfChannel of) {
            answer = presence(of.channel());
        } else if (asked instanceof PresenceQuestion.Channels channels) {
            answer = vertx.executeBlocking(
                    () -> loops.counts().channels(channels.prefix(), channels.after(), channels.limit()));
        } else if (asked instanceof PresenceQuestion.Named named) {
            answer = Future.succeededFuture(tallies(named.channels()));
        } else if (asked instanceof PresenceQuestion.OfNode of) {
            answer = vertx.executeBlocking(() -> state.overview(of.channels()));
        } else if (asked instanceof PresenceQuestion.OfItem item) {
            answer = vertx.executeBlocking(() ->
                    new ItemWay(loops.traces().size(), loops.traces().of(item.channel(), item.id(), item.limit())));
        } else if (asked instanceof PresenceQuestion.Slow slow) {
            answer = ofLoops(connections -> connections.slow(slow.limit()))
                    .map(all -> ConnectionOrder.worst(all, slow.limit()));
        } else if (asked instanceof PresenceQuestion.OfConnection one) {
            answer = ofLoop(one.id(), connections -> connections.connection(one.id()));
        } else if (asked instanceof PresenceQuestion.OfClient client) {
            answer = walks.run(() -> ofLoops(connections -> connections.ofClient(client.clientId(), client.limit())));
        } else if (asked instanceof PresenceQuestion.Matching matching) {
            answer = walks.run(() -> ofLoops(connections -> connections.matching(matching.text(), matching.limit())));
        } else if (asked instanceof PresenceQuestion.Disconnect disconnect) {
            answer = ofLoop(disconnect.id(), connections -> connections.disconnect(disconnect.id()));
        } else {
            answer = Future.failedFuture("an unknown question");
        }
        answer.onSuccess(question::reply).onFailure(e -> question.fail(0, String.valueOf(e.getMessage())));
    }

    private ChannelList tallies(List<String> channels) {
        return new ChannelList(
                channels.stream()
                        .map(name -> new ChannelList.Line(name, loops.counts().tally(name)))
                        .toList(),
                false);
    }

    /** Asks the loop that the id names. */
    private Future<ConnectionReports> ofLoop(
            String id, Function<LoopConnections, Future<List<ConnectionReport>>> question) {
        HoldPlace place = HoldPlace.of(id);
        Loops.Loop loop = place == null || place.loop() >= loops.size() ? null : loops.get(place.loop());
        return loop == null
                ? Future.succeededFuture(new ConnectionReports(List.of()))
                : question.apply(loop.connections()).map(ConnectionReports::new);
    }

    private Future<ConnectionReports> ofLoops(Function<LoopConnections, Future<List<ConnectionReport>>> question) {
        var parts = new ArrayList<Future<List<ConnectionReport>>>();
        for (int i = 0; i < loops.size(); i++) {
            Loops.Loop loop = loops.get(i);
            if (loop != null) {
                parts.add(question.apply(loop.connections()));
            }
        }
        return Future.all(parts)
                .map(all -> new ConnectionReports(
                        parts.stream().flatMap(part -> part.result().stream()).toList()));
    }

    private Future<ChannelPresence> presence(String channel) {
        var parts = new ArrayList<Future<ChannelPresence>>();
        for (int i = 0; i < loops.size(); i++) {
            Loops.Loop loop = loops.get(i);
            if (loop != null) {
                parts.add(loop.fanout().presence(channel));
            }
        }
        return Future.all(parts)
                .compose(all -> vertx.executeBlocking(
                        () -> sum(parts.stream().map(Future::result).toList()), false));
    }

    /** A client may have several connections, on several loops: it is one all the same. Takes as long as there are clients: not for an event loop. */
    static ChannelPresence sum(List<ChannelPresence> parts) {
        SubscriptionTally subscriptions = SubscriptionTally.NONE;
        long unnamed = 0;
        var clients = new HashSet<String>();
        for (ChannelPresence part : parts) {
            subscriptions = subscriptions.plus(part.subscriptions());
            unnamed += part.unnamed();
            clients.addAll(part.clients());
        }
        return new ChannelPresence(subscriptions, unnamed, List.copyOf(clients));
    }
}
