package io.sluice.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
        description = "Tell how a node is, and which clients are slow; disconnect one.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StatusCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
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
        try {
            if (disconnect != null) {
                return end(disconnect);
            }
            return slow ? list() : summary();
        } catch (ConnectException e) {
            return failed("cannot reach " + ops() + ": nobody listens there");
        } catch (IOException | DecodeException e) {
            return failed(ops() + ": " + Commands.firstLine(e));
        }
    }

    private String ops() {
        return Optional.ofNullable(url)
                .or(() -> Optional.ofNullable(System.getenv("SLUICE_OPS_URL")).filter(text -> !text.isEmpty()))
                .orElse("http://localhost:5580")
                .replaceAll("/+$", "");
    }

    private HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(ops() + path)).timeout(TIMEOUT);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--ops: " + Commands.firstLine(e), e);
        }
        String bearer = token == null ? System.getenv("SLUICE_OPS_TOKEN") : token;
        if (bearer != null && !bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()
                .send(
                        request.method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private int summary() throws IOException, InterruptedException {
        JsonObject ready = new JsonObject(ask("GET", "/health/ready").body());
        print("status " + ready.getString("status")
                + (ready.containsKey("for") ? ": " + String.join(", ", strings(ready.getJsonArray("for"))) : ""));
        String metrics = ask("GET", "/metrics").body();
        for (String level : LEVELS) {
            metrics.lines()
                    .filter(line -> line.startsWith(level + " "))
                    .forEach(line -> print(line.substring("sluice_".length())));
        }
        metrics.lines()
                .filter(line -> line.startsWith("sluice_drops_total{") && !line.endsWith(" 0"))
                .forEach(line -> print(line.substring("sluice_".length())));
        return 0;
    }

    private int list() throws IOException, InterruptedException {
        HttpResponse<String> response = ask("GET", "/api/slow?limit=" + limit);
        if (response.statusCode() != 200) {
            return failed(response.body().strip());
        }
        var answer = new JsonObject(response.body());
        JsonArray connections = answer.getJsonArray("connections");
        if (connections.isEmpty()) {
            print("nobody is slow");
        }
        for (Object entry : connections) {
            print(line((JsonObject) entry));
        }
        for (String node : strings(answer.getJsonArray("missing"))) {
            print("node " + node + " did not answer");
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

    private int end(String id) throws IOException, InterruptedException {
        String path = "/api/connections/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "/disconnect";
        HttpResponse<String> response = ask("POST", path);
        if (response.statusCode() == 200) {
            print("disconnected " + id);
            return 0;
        }
        return failed(
                response.statusCode() == 404
                        ? "there is no connection " + id
                        : response.body().strip());
    }

    private void print(String line) {
        // Of an agent or a header nothing is to reach the terminal but text.
        Objects.requireNonNull(spec).commandLine().getOut().println(line.replaceAll("\\p{Cntrl}", "?"));
    }

    private int failed(String reason) {
        Objects.requireNonNull(spec).commandLine().getOut().flush();
        Objects.requireNonNull(spec).commandLine().getErr().println("sluice status: " + reason);
        return Commands.FAILED;
    }
}
