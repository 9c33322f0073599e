package io.sluice.proxy;

import io.sluice.bus.Addresses;
import io.sluice.bus.ConnectionCommand;
import io.sluice.bus.ConnectionId;
import io.sluice.bus.ConnectionsReached;
import io.sluice.fanout.LoopConnections;
import io.sluice.fanout.Loops;
import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the commands for this node's connections from the bus, and brings each to its event loop. One for each node. */
final class AddressedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(AddressedConnections.class);

    private final Loops loops;

    AddressedConnections(Loops loops) {
        this.loops = loops;
    }

    Future<Void> register(Vertx vertx, String node) {
        return vertx.eventBus()
                .<ConnectionCommand>consumer(Addresses.connections(node), this::take)
                .completion();
    }

    private void take(Message<ConnectionCommand> message) {
        ConnectionCommand command = message.body();
        Map<Loops.Loop, List<String>> byLoop = new HashMap<>();
        for (String text : command.ids()) {
            ConnectionId id = ConnectionId.parse(text);
            if (id != null && id.loop() < loops.size()) {
                byLoop.computeIfAbsent(loops.get(id.loop()), loop -> new ArrayList<>())
                        .add(text);
            }
        }
        var reached = new ArrayList<Future<Set<String>>>();
        byLoop.forEach((loop, ids) -> reached.add(reach(loop.connections(), ids, command)));
        Future.join(reached).onComplete(all -> {
            var there = new ArrayList<String>();
            for (Future<Set<String>> answer : reached) {
                if (answer.succeeded()) {
                    there.addAll(answer.result());
                } else {
                    LOG.error("connection-command-failed command={}", command, answer.cause());
                }
            }
            message.reply(new ConnectionsReached(List.copyOf(there)));
        });
    }

    private static Future<Set<String>> reach(LoopConnections connections, List<String> ids, ConnectionCommand command) {
        if (command instanceof ConnectionCommand.Close close) {
            return connections.close(ids, SocketClose.of(close.code(), close.reason()));
        }
        if (command instanceof ConnectionCommand.Refresh) {
            return connections.refresh(ids);
        }
        return connections.open(ids);
    }
}
