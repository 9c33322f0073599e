package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Gateway;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.WatchedRoutes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A whole gateway in the test's own process, on free loopback ports. */
public final class TestGateway implements AutoCloseable {
    private final Gateway gateway;
    private final WatchedRoutes routes;

    private TestGateway(Gateway gateway, WatchedRoutes routes) {
        this.gateway = gateway;
        this.routes = routes;
    }

    /**
     * @param routes lines of a routes file
     * @param overrides settings by key
     */
    public static TestGateway start(List<String> routes, Map<String, String> overrides) throws Exception {
        var loader = new SettingsLoader()
                .flag("--set", "http.host", "127.0.0.1")
                .flag("--set", "http.port", "0")
                .flag("--set", "control.port", "0")
                .flag("--set", "ops.port", "0");
        overrides.forEach((key, value) -> loader.flag("--set", key, value));
        LoadedSettings loaded = loader.routeLines(routes).load();
        assertThat(loaded.usable()).as(() -> loaded.problems().toString()).isTrue();
        Settings settings = loaded.settings();
        WatchedRoutes watched = WatchedRoutes.read(settings.routes());
        assertThat(watched.problems()).isEmpty();
        Gateway gateway = Gateway.start(settings, watched)
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        return new TestGateway(gateway, watched);
    }

    public int httpPort() {
        return gateway.httpPort();
    }

    public int controlPort() {
        return gateway.controlPort();
    }

    public Gateway gateway() {
        return gateway;
    }

    @Override
    public void close() {
        // Bounded: a gateway that doesn't close fails the test that comes to wait for it.
        gateway.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        routes.close();
    }
}
