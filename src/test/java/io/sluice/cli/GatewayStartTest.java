package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cluster.ClusterNode;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.WatchedRoutes;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starting: others that ask Vert.x for event loops meanwhile do no harm, and a failure is told. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GatewayStartTest {
    @Test
    void starts_while_others_take_event_loops() throws Exception {
        for (int i = 0; i < 10; i++) {
            Settings settings = settings(Map.of());
            ClusterNode node = get(ClusterNode.start(settings));
            var stop = new AtomicBoolean();
            takeLoops(node.vertx(), stop);
            Gateway gateway = get(Gateway.start(node, settings, WatchedRoutes.read(settings.routes())));
            stop.set(true);
            assertThat(gateway.httpPort()).isPositive();
            get(gateway.close());
        }
    }

    @Test
    void a_taken_port_is_told() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Settings settings = settings(Map.of("http.port", Integer.toString(taken.getLocalPort())));
            assertThatThrownBy(() -> get(Gateway.start(settings, WatchedRoutes.read(settings.routes()))))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("bind");
        }
    }

    /** Each deployment takes the next event loop out of turn. */
    private static void takeLoops(Vertx vertx, AtomicBoolean stop) {
        vertx.deployVerticle(new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return Future.succeededFuture();
                    }
                })
                .onSuccess(id -> {
                    if (!stop.get()) {
                        takeLoops(vertx, stop);
                    }
                });
    }

    private static Settings settings(Map<String, String> overrides) {
        var loader = new SettingsLoader()
                .flag("--set", "http.host", "127.0.0.1")
                .flag("--set", "control.port", "0")
                .flag("--set", "ops.port", "0");
        if (!overrides.containsKey("http.port")) {
            loader.flag("--set", "http.port", "0");
        }
        overrides.forEach((key, value) -> loader.flag("--set", key, value));
        LoadedSettings loaded = loader.routeLines(List.of("* test")).load();
        assertThat(loaded.usable()).isTrue();
        return loaded.settings();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
