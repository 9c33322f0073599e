package io.sluice.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice status}: how a node is, whose connections are slow, and the end of one. Asks the ops port. */
@Command(
        name = "status",
        description =
                "Tell how a node is, and which clients are slow; disconnect one. Fails when the node is not ready, or others did not answer.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StatusCommand implements Callable<Integer> {
    private static final List<String> LEVELS = List.of(
            "sluice_connections",
            "sluice_stream_holds",
            "sluice_response_holds",
            "sluice_sockets",
            "sluice_subscriptions",
            "sluice_outboxes",
            "sluice_outbox_messages",
            "sluice_outbox_bytes",
            "sluice_deliveries_total");

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--slow", description = "List the connections of the cluster whose clients keep up worst.")
    private boolean slow;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many of them (${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--disconnect", paramLabel = "ID", description = "End the connection of that id.")
    private @Nullable String disconnect;

    @Option(
            names = "--ops",
            paramLabel = "URL",
            description = "The ops port (http://localhost:5580, or SLUICE_OPS_URL).")
    private @Nullable String url;

    @Option(
            names = {"-B", "--bearer"},
            paramLabel = "TOKEN",
            description = "The node's ops.token, to disconnect (or SLUICE_OPS_TOKEN).")
    private @Nullable String token;

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1 || limit > 1000) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--limit must be from 1 to 1000");
        }
        OpsClient ops;
        try {
            ops = new OpsClient(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--ops: " + Commands.firstLine(e), e);
        }
        try {
            if (disconnect != null) {
                return end(ops, disconnect);
            }
            return slow ? list(ops) : summary(ops);
        } catch (IOException e) {
            return failed(Commands.firstLine(e));
        }
    }

    private int summary(OpsClient ops) throws IOException, InterruptedException {
        HttpResponse<String> health = ops.ask("/health/ready");
        boolean isReady = health.statusCode() == 200;
        if (!isReady && health.statusCode() != 503) {
            throw ops.refused(health);
        }
        JsonObject ready = ops.json(health);
        print("status " + ready.getString("status")
                + (ready.containsKey("for") ? ": " + String.join(", ", strings(ready.getJsonArray("for"))) : ""));
        HttpResponse<String> numbers = ops.ask("/metrics");
        if (numbers.statusCode() != 200) {
            throw ops.refused(numbers);
        }
        String metrics = numbers.body();
        for (String level : LEVELS) {
            metrics.lines()
                    .filter(line -> line.startsWith(level + " "))
                    .forEach(line -> print(line.substring("sluice_".length())));
        }
        metrics.lines()
                .filter(line -> line.startsWith("sluice_drops_total{") && !line.endsWith(" 0"))
                .forEach(line -> print(line.substring("sluice_".length())));
        return isReady ? 0 : Commands.FAILED;
    }

    private int list(OpsClient ops) throws IOException, InterruptedException {
        JsonObject answer = ops.get("/api/slow?limit=" + limit);
        JsonArray connections = answer.getJsonArray("connections");
        List<String> missing = strings(answer.getJsonArray("missing"));
        if (connections.isEmpty()) {
            print(missing.isEmpty() ? "nobody is slow" : "nobody is slow on the nodes that answered");
        }
        for (Object entry : connections) {
            print(line((JsonObject) entry));
        }
        if (answer.getBoolean("more", false)) {
            print("there are more: these are the worst " + connections.size());
        }
        if (!missing.isEmpty()) {
            return failed("no answer from " + String.join(", ", missing));
        }
        return 0;
    }

    private static String line(JsonObject one) {
        return one.getString("cause") + " " + one.getString("kind") + " connection=" + one.getString("connection")
                + " node=" + one.getString("node")
                + (one.getString("client") == null ? "" : " client=\"" + one.getString("client") + '"') + " address="
                + one.getString("address") + " agent=\"" + one.getString("userAgent") + "\""
                + " channels=" + String.join(",", strings(one.getJsonArray("channels"))) + " pending="
                + one.getLong("pendingMessages") + "/" + one.getLong("pendingBytes") + "B oldest="
                + seconds(one.getLong("oldestMillis")) + " stalled=" + seconds(one.getLong("stalledMillis"))
                + " dropped=" + one.getLong("dropped");
    }

    private static String seconds(long millis) {
        return millis / 1000 + "." + millis % 1000 / 100 + "s";
    }

    private static List<String> strings(@Nullable JsonArray array) {
        return array == null ? List.of() : array.stream().map(String::valueOf).toList();
    }

    private int end(OpsClient ops, String id) throws IOException, InterruptedException {
        String bearer = token == null ? System.getenv("SLUICE_OPS_TOKEN") : token;
        String path = "/api/connections/" + OpsClient.encoded(id) + "/disconnect";
        HttpResponse<String> response = ops.post(path, bearer == null ? "" : bearer);
        return switch (response.statusCode()) {
            case 200 -> {
                print("disconnected " + id);
                yield 0;
            }
            case 404 -> failed("there is no connection " + id);
            // Which may have it.
            case 503 -> failed(String.valueOf(ops.json(response).getString("error")));
            default -> failed(response.body().strip());
        };
    }

    private void print(String line) {
        // Of an agent or a header nothing is to reach the terminal but text.
        Objects.requireNonNull(spec).commandLine().getOut().println(Commands.printable(line));
    }

    private int failed(String reason) {
        Objects.requireNonNull(spec).commandLine().getOut().flush();
        Objects.requireNonNull(spec).commandLine().getErr().println("sluice status: " + Commands.printable(reason));
        return Commands.FAILED;
    }
}
