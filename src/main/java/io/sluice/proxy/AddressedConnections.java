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
import java.util.List;
import java.util.Set;

/** Takes the commands for this node's connections from the bus, and brings each to its event loop. One for each node. */
final class AddressedConnections {
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
        var reached = new ArrayList<Future<Boolean>>();
        for (String id : command.ids()) {
            reached.add(reach(id, command));
        }
        Future.join(reached).onComplete(all -> {
            var there = new ArrayList<String>();
            for (int i = 0; i < reached.size(); i++) {
                if (Boolean.TRUE.equals(reached.get(i).result())) {
                    there.add(command.ids().get(i));
                }
            }
            message.reply(new ConnectionsReached(List.copyOf(there)));
        });
    }

    private Future<Boolean> reach(String text, ConnectionCommand command) {
        ConnectionId id = ConnectionId.parse(text);
        Loops.Loop loop = id == null || id.loop() >= loops.size() ? null : loops.get(id.loop());
        if (loop == null) {
            return Future.succeededFuture(false);
        }
        LoopConnections connections = loop.connections();
        if (command instanceof ConnectionCommand.Close close) {
            return connections.close(text, SocketClose.of(close.code(), close.reason()));
        }
        if (command instanceof ConnectionCommand.Refresh) {
            return connections.refresh(text);
        }
        return connections.open(Set.of(text)).map(open -> !open.isEmpty());
    }
}
