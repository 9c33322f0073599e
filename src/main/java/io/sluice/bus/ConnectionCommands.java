package io.sluice.bus;

import io.sluice.channel.ChannelHomes;
import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Brings commands to connections wherever in the cluster they are: the id tells the node (GRIP, command socket). Any thread. A call fails
 * when a node that may have one of the connections does not answer.
 */
public final class ConnectionCommands {
    private static final long TIMEOUT_MILLIS = 5000;

    private final Vertx vertx;
    private final ChannelHomes homes;

    public ConnectionCommands(Vertx vertx, ChannelHomes homes) {
        this.vertx = vertx;
        this.homes = homes;
    }

    /** Those of the ids whose connection is open. */
    public Future<Set<String>> check(Collection<String> ids) {
        return tell(ids, ConnectionCommand.Check::new);
    }

    /** Has the connections' origins asked at once; the ids that there are. */
    public Future<Set<String>> refresh(Collection<String> ids) {
        return tell(ids, ConnectionCommand.Refresh::new);
    }

    /** Has the origins of all connections on the channel asked at once. A node that does not hear of it is not asked again. */
    public void refreshChannel(String channel) {
        vertx.eventBus().publish(Addresses.BROADCAST, new Control.RefreshChannel(channel));
    }

    /** Closes the connections; the ids that there were. */
    public Future<Set<String>> close(Collection<String> ids, SocketClose close) {
        return tell(ids, there -> new ConnectionCommand.Close(there, close.code(), close.reason()));
    }

    private Future<Set<String>> tell(Collection<String> ids, Function<List<String>, ConnectionCommand> command) {
        var byNode = new LinkedHashMap<String, List<String>>();
        for (String text : ids) {
            ConnectionId id = ConnectionId.parse(text);
            for (String node : id == null ? Set.<String>of() : homes.members()) {
                if (id != null && id.mayBeOf(node)) {
                    byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(text);
                }
            }
        }
        var reached = new ArrayList<Future<List<String>>>();
        for (Map.Entry<String, List<String>> part : byNode.entrySet()) {
            reached.add(ask(part.getKey(), command.apply(List.copyOf(part.getValue()))));
        }
        return Future.join(reached).map(all -> {
            var found = new HashSet<String>();
            reached.forEach(part -> found.addAll(part.result()));
            return found;
        });
    }

    private Future<List<String>> ask(String node, ConnectionCommand command) {
        var options = new DeliveryOptions().setSendTimeout(TIMEOUT_MILLIS).setLocalOnly(node.equals(homes.self()));
        return vertx.eventBus()
                .<ConnectionsReached>request(Addresses.connections(node), command, options)
                .map(reply -> reply.body().ids())
                .recover(failure -> left(failure)
                        ? Future.succeededFuture(List.of())
                        : Future.failedFuture("node " + node + ": " + failure.getMessage()));
    }

    /** There is nobody at the address: the node has just gone, and its connections with it. */
    private static boolean left(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }
}
