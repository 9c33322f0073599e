package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.origin.ClientUri;
import org.jspecify.annotations.Nullable;

/** The client of a WebSocket. Event loop of the connection. */
final class SocketClient implements SessionClient {
    private final String id;
    private final Route route;
    private final ClientUri uri;
    private final String peer;
    private final boolean debug;
    private final ClientTraits traits;
    private Target target;
    private @Nullable Runnable onOver;
    private @Nullable String clientId;

    SocketClient(String id, ClientRequest request, ClientTraits traits, boolean debug) {
        this.traits = traits;
        this.id = id;
        this.route = request.route();
        this.uri = request.uri();
        this.peer = request.peer();
        this.debug = debug;
        this.target = route.targets().get(0);
    }

    /** The origin that is being opened. */
    void target(Target opening) {
        target = opening;
    }

    /** What is to be done when the connection is over. */
    void onOver(Runnable task) {
        onOver = task;
    }

    /** The connection is over. */
    void over() {
        Runnable task = onOver;
        onOver = null;
        if (task != null) {
            task.run();
        }
    }

    @Override
    public String id() {
        return id;
    }

    /** The connection is about to be claimed for that client. */
    void clientId(String claimedFor) {
        clientId = claimedFor;
    }

    @Override
    public @Nullable String clientId() {
        return clientId;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public ClientUri uri() {
        return uri;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public ClientTraits traits() {
        return traits;
    }

    @Override
    public boolean debug() {
        return debug;
    }
}
