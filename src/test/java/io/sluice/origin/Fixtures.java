package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.grip.Headers;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings, routes and requests for the tests of this room. */
final class Fixtures {
    static final Settings.Origins LIMITS = limits(10_000, 10, 10, 55, 16, 16);

    private Fixtures() {}

    static Settings.Origins limits(
            int connectMillis,
            int firstByteSeconds,
            int idleSeconds,
            int keepAliveSeconds,
            int connections,
            int waiting) {
        return new Settings.Origins(
                connectMillis, firstByteSeconds, idleSeconds, keepAliveSeconds, connections, waiting, 100_000, 10);
    }

    static Settings.Grip grip() {
        return new Settings.Grip(
                "pushpin",
                "",
                "",
                false,
                false,
                false,
                Settings.ForwardedProto.PROTO_ONLY,
                "",
                "",
                List.of(),
                false,
                "",
                Path.of(""));
    }

    static Settings settings(Settings.Origins limits) {
        return new Settings(
                new Settings.Node("test"),
                new Settings.Http("127.0.0.1", 0, 16_384, 100, 1000, 60, 30, 60, 65_536, null, 0),
                Settings.defaults().admission(),
                new Settings.ControlApi(
                        "127.0.0.1",
                        0,
                        16_384,
                        1_000_000,
                        Settings.defaults().control().access()),
                Settings.defaults().zmq(),
                new Settings.Ops("127.0.0.1", 0, "", List.of()),
                grip(),
                new Settings.Channels(5000, 60, 1000, 100, true, 100, 60, 100, List.of()),
                Settings.defaults().websocket(),
                Settings.defaults().outbox(),
                limits,
                new Settings.Cluster("test", "127.0.0.1", 0, List.of(), 0),
                Settings.defaults().drain(),
                Settings.defaults().claims(),
                Settings.defaults().log(),
                Settings.defaults().trace(),
                new Settings.RoutesSource(null, List.of()));
    }

    static Target target(int port) {
        return target("127.0.0.1", port, false, false, false);
    }

    static Target target(String host, int port, boolean tls, boolean insecure, boolean untrusted) {
        return new Target(
                false, host, port, tls, insecure, false, null, null, null, untrusted, false, false, List.of());
    }

    static Route route(Target... targets) {
        return route("", null, 0, null, List.of(), false, false, targets);
    }

    static Route route(
            String pathBegin,
            @Nullable String asHost,
            int pathRemove,
            @Nullable String replaceBegin,
            List<Route.HeaderRule> headers,
            boolean origHeaders,
            boolean noGrip,
            Target... targets) {
        return new Route(
                "r",
                true,
                "*",
                null,
                null,
                pathBegin,
                null,
                null,
                "",
                origHeaders,
                asHost,
                pathRemove,
                replaceBegin,
                headers,
                false,
                false,
                new Route.Jsonp(true, "callback", null, null, "GET"),
                noGrip,
                false,
                null,
                List.of(targets),
                null,
                1);
    }

    static OriginRequest get(String path, Route route) {
        return request("GET", path, RequestBody.EMPTY, route);
    }

    static OriginRequest request(String method, String path, RequestBody body, Route route) {
        return new OriginRequest(
                method,
                new ClientUri("http", "example.com", path),
                Headers.of("Host", "example.com"),
                body,
                route,
                route.targets(),
                "192.0.2.1",
                false,
                Headers.EMPTY);
    }
}
