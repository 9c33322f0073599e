package io.sluice.protocol;

import io.sluice.config.Settings;
import java.nio.file.Path;
import java.util.List;

/** Settings of a node on loopback, every port free. */
public final class TestSettings {
    private TestSettings() {}

    public static Settings loopback() {
        return control(10_000, 1_000_000);
    }

    /** With limits of the control port. */
    public static Settings control(int maxHeadBytes, int maxBodyBytes) {
        return new Settings(
                new Settings.Node("test"),
                new Settings.Http("127.0.0.1", 0, 8192, 64, 100, 60, 30, 60, 65536, null, 0),
                Settings.defaults().admission(),
                new Settings.ControlApi(
                        "127.0.0.1",
                        0,
                        maxHeadBytes,
                        maxBodyBytes,
                        Settings.defaults().control().access()),
                Settings.defaults().zmq(),
                new Settings.Ops("127.0.0.1", 0, "", List.of("sluice.internal")),
                new Settings.Grip(
                        "sluice",
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
                        Path.of(".")),
                new Settings.Channels(5000, 60, 1000, 100, true, 20, 60, 100, List.of()),
                Settings.defaults().websocket(),
                Settings.defaults().outbox(),
                new Settings.Origins(1000, 30, 60, 55, 16, 100, 100_000, 10),
                new Settings.Cluster("test", "127.0.0.1", 0, List.of(), 0),
                Settings.defaults().drain(),
                Settings.defaults().claims(),
                Settings.defaults().log(),
                Settings.defaults().trace(),
                new Settings.RoutesSource(null, List.of()));
    }
}
