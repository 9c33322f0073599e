package io.sluice.cli;

import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.WatchedRoutes;
import io.sluice.load.HoldingOriginVerticle;
import io.sluice.load.LoadPlan;
import io.sluice.load.LoadResult;
import io.sluice.load.LoadRun;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures how fast a server delivers what is published.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Opens streams of server-sent events, publishes to their channels, and counts what arrives. Without --url it",
            "starts a node and an origin of its own, on free ports, and measures that.",
            "Exit code 1 when anything was lost, came twice or was refused."
        })
@SuppressWarnings("NullAway.Init") // picocli sets them
final class BenchCommand implements Callable<Integer> {
    private static final long CLOSE_SECONDS = 20;
    private static final Map<String, String> NODE = Map.of(
            "node.name", "bench",
            "http.host", "127.0.0.1",
            "http.port", "0",
            "control.port", "0",
            "ops.port", "0");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where streams are, with {channel}: http://localhost:7999/events?channel={channel}.")
    private @Nullable String url;

    @Option(
            names = "--spec",
            paramLabel = "URL",
            description = "Where to publish (GRIP_URL in the environment, or http://localhost:5561).")
    private @Nullable String publishUrl;

    @Option(names = "--streams", paramLabel = "N", defaultValue = "1000", description = "Subscribers (1000).")
    private int streams;

    @Option(names = "--channels", paramLabel = "N", defaultValue = "1", description = "Channels (1).")
    private int channels;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "50",
            description = "Messages a second in all (50); 0: the next when all have the last.")
    private int rate;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "100", description = "Of a message (100).")
    private int size;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "How long to publish (10).")
    private double seconds;

    private final Launch launch;

    BenchCommand(Launch launch) {
        this.launch = launch;
    }

    @Override
    public Integer call() throws InterruptedException, LaunchException {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .withTransport(Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO)
                .build();
        try {
            return url == null ? embedded(vertx) : against(vertx, plan(url, target()));
        } finally {
            within(vertx.close());
        }
    }

    private String target() {
        try {
            String given = Optional.ofNullable(publishUrl)
                    .or(() -> Optional.ofNullable(System.getenv("GRIP_URL")).filter(text -> !text.isEmpty()))
                    .orElse("http://localhost:5561");
            return PublishTarget.parse(given).uri().toString();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Commands.firstLine(e), e);
        }
    }

    private LoadPlan plan(String streamUrl, String control) {
        try {
            return new LoadPlan(streamUrl, control, streams, channels, rate, size, seconds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Commands.firstLine(e), e);
        }
    }

    private int embedded(Vertx vertx) throws InterruptedException, LaunchException {
        // What is wrong with the numbers is wrong before anything starts.
        plan("{channel}", "");
        var origin = new HoldingOriginVerticle();
        if (!within(vertx.deployVerticle(origin))) {
            return failed("the origin does not start");
        }
        var settings = new SettingsLoader();
        NODE.forEach((key, value) -> settings.flag("bench", key, value));
        LoadedSettings loaded = settings.load();
        RunningNode node = launch.run(
                loaded.settings(),
                WatchedRoutes.read(new Settings.RoutesSource(null, List.of("* 127.0.0.1:" + origin.port()))));
        try {
            return against(
                    vertx,
                    plan("http://" + node.http() + "/?channel={channel}", "http://" + node.control() + "/publish/"));
        } finally {
            node.closing().hurry();
            within(node.closing().close());
        }
    }

    private int against(Vertx vertx, LoadPlan plan) throws InterruptedException {
        var err = spec.commandLine().getErr();
        LoadResult result;
        try {
            result = new LoadRun(vertx, plan, line -> {
                        err.println("bench: " + line);
                        err.flush();
                    })
                    .start()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            return failed(Commands.firstLine(Objects.requireNonNullElse(e.getCause(), e)));
        }
        var out = spec.commandLine().getOut();
        out.print(result.text());
        out.flush();
        return result.whole() ? 0 : Commands.FAILED;
    }

    private int failed(String reason) {
        spec.commandLine().getErr().println("sluice bench: " + reason);
        return Commands.FAILED;
    }

    private static boolean within(io.vertx.core.Future<?> future) throws InterruptedException {
        try {
            var unused = future.toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
