package io.sluice.observe;

import io.sluice.bus.Addresses;
import io.sluice.bus.PresenceQuestion;
import io.sluice.channel.ChannelHomes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Asks every node of the cluster who is subscribed there. Nothing is kept: an answer is as new as the question. */
final class ClusterPresence {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPresence.class);
    static final long TIMEOUT_MILLIS = 1000;

    /**
     * What the nodes said.
     *
     * @param byNode in the order of their names
     * @param missing members that did not answer within a second
     * @param isolated whether this node is in the smaller part of a divided cluster: there are others that it could not ask
     */
    record Answers<T>(Map<String, T> byNode, SortedSet<String> missing, boolean isolated) {}

    private final Vertx vertx;
    private final ChannelHomes homes;

    ClusterPresence(Vertx vertx, ChannelHomes homes) {
        this.vertx = vertx;
        this.homes = homes;
    }

    /**
     * Never fails.
     *
     * @param type of a node's answer to that question
     */
    <T> Future<Answers<T>> ask(PresenceQuestion question, Class<T> type) {
        return ask(question, type, node -> true);
    }

    /**
     * Asks those nodes alone.
     *
     * @param nodes whom to ask, by name
     */
    <T> Future<Answers<T>> ask(PresenceQuestion question, Class<T> type, Predicate<String> nodes) {
        Set<String> members = new TreeSet<>(homes.members());
        members.removeIf(nodes.negate());
        var asked = new LinkedHashMap<String, Future<T>>();
        for (String node : members) {
            asked.put(node, askNode(node, question).map(type::cast));
        }
        return Future.join(asked.values().stream().toList()).transform(all -> Future.succeededFuture(answers(asked)));
    }

    private Future<Object> askNode(String node, PresenceQuestion question) {
        var options = new DeliveryOptions().setSendTimeout(TIMEOUT_MILLIS).setLocalOnly(node.equals(homes.self()));
        return vertx.eventBus()
                .request(Addresses.presence(node), question, options)
                .map(Message::body)
                .onFailure(failure -> {
                    // Whoever watches the page sees that a node is silent, once a second.
                    boolean watching = question instanceof PresenceQuestion.OfNode
                            || question instanceof PresenceQuestion.Named
                            || question instanceof PresenceQuestion.Slow;
                    LOG.atLevel(watching ? Level.DEBUG : Level.WARN)
                            .log("presence-unknown node={} reason={}", node, failure.getMessage());
                });
    }

    private <T> Answers<T> answers(Map<String, Future<T>> asked) {
        var byNode = new LinkedHashMap<String, T>();
        var missing = new TreeSet<String>();
        asked.forEach((node, answer) -> {
            if (answer.succeeded()) {
                byNode.put(node, answer.result());
            } else if (homes.members().contains(node)) {
                missing.add(node);
            }
        });
        return new Answers<>(byNode, missing, homes.isolated());
    }
}
