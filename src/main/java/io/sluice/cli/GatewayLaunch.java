package io.sluice.cli;

import io.sluice.cluster.ClusterNode;
import io.sluice.config.Routes;
import io.sluice.config.Settings;
import io.sluice.config.WatchedRoutes;
import io.sluice.demo.DemoOriginVerticle;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Starts real nodes for the commands. Main thread: waits for them. */
final class GatewayLaunch implements Launch {
    @Override
    public RunningNode run(Settings settings, Routes routes) throws LaunchException {
        return running(settings, await(Gateway.start(settings, routes)));
    }

    @Override
    public RunningNode demo(Settings settings) throws LaunchException {
        var origin = new DemoOriginVerticle();
        return running(
                settings,
                await(ClusterNode.start(settings)
                        .compose(node -> node.vertx()
                                .deployVerticle(origin)
                                .compose(deployed -> Gateway.start(node, settings, routeTo(origin)))
                                .onSuccess(gateway -> origin.publishTo("http://"
                                        + DemoCommand.reachable(
                                                address(settings.control().host(), gateway.controlPort())))))));
    }

    private static Routes routeTo(DemoOriginVerticle origin) {
        return WatchedRoutes.read(
                new Settings.RoutesSource(null, List.of("* 127.0.0.1:" + origin.port() + ",over_http")));
    }

    private static RunningNode running(Settings settings, Gateway gateway) {
        return new RunningNode(
                gateway.name(),
                address(settings.http().host(), gateway.httpPort()),
                address(settings.control().host(), gateway.controlPort()),
                address(settings.ops().host(), gateway.opsPort()),
                gateway.httpsPort() == 0 ? null : address(settings.http().host(), gateway.httpsPort()),
                new GatewayClosing(gateway, Duration.ofSeconds(settings.drain().limitSeconds())));
    }

    private record GatewayClosing(Gateway gateway, Duration limit) implements RunningNode.Closing {
        @Override
        public Future<?> close() {
            return gateway.drain();
        }

        @Override
        public void hurry() {
            var unused = gateway.close();
        }

        @Override
        public Future<?> begun() {
            return gateway.ending();
        }
    }

    private static String address(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static Gateway await(Future<Gateway> starting) throws LaunchException {
        try {
            return starting.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new LaunchException(String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted while starting");
        }
    }
}
