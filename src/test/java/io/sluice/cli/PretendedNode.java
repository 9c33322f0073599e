package io.sluice.cli;

import io.sluice.config.Route;
import io.sluice.config.Routes;
import io.sluice.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** A process with the real commands around a node that only pretends: for signals, exit codes and output. */
final class PretendedNode implements Launch {
    private PretendedNode() {}

    public static void main(String[] args) {
        System.exit(Commands.of(new PretendedNode()).execute(args));
    }

    @Override
    public RunningNode run(Settings settings, Routes routes) throws LaunchException {
        if (settings.http().port() == 1) {
            throw new LaunchException("http: 0.0.0.0:1 is in use");
        }
        Supplier<Future<?>> close = settings.http().port() == 2
                ? () -> Future.failedFuture("stuck")
                : () -> {
                    System.err.println("drained, routes: " + routes.current().size() + " "
                            + (routes.current().select("new", "/", false, Route.Protocol.HTTP) != null));
                    return Future.succeededFuture();
                };
        int port = settings.http().port();
        var closing = new RunningNode.Closing() {
            @Override
            public Future<?> close() {
                // Port 3: never done.
                return port == 3 ? Promise.promise().future() : close.get();
            }

            @Override
            public void hurry() {
                System.err.println("hurried");
            }

            @Override
            public Future<?> begun() {
                // Port 4: asked to end right away.
                return port == 4 ? Future.succeededFuture() : Promise.promise().future();
            }
        };
        return new RunningNode(
                settings.node().name(), "0.0.0.0:1234", "127.0.0.1:2345", "127.0.0.1:3456", null, closing);
    }

    @Override
    public RunningNode demo(Settings settings) {
        return new RunningNode(
                settings.node().name(),
                "0.0.0.0:1234",
                "127.0.0.1:5561",
                "127.0.0.1:3456",
                null,
                Future::succeededFuture);
    }
}
