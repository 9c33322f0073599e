package io.sluice.cli;

import io.sluice.grip.PublishItem;
import io.sluice.grip.PublishItems;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** As {@code pushpin-publish}, option by option (GRIP, tools). */
@Command(
        name = "publish",
        description = "Publishes to a channel.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "GRIP_URL in the environment is the default of --spec."})
@SuppressWarnings("NullAway.Init") // picocli sets them
final class PublishCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CHANNEL", description = "Full name, with the prefix of a route.")
    private String channel;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "CONTENT", description = "Text, or @FILE.")
    private @Nullable List<String> content;

    @Option(names = "--id", paramLabel = "ID", description = "Id of the item.")
    private @Nullable String id;

    @Option(names = "--prev-id", paramLabel = "ID", description = "Id of the item before it.")
    private @Nullable String prevId;

    @Option(names = "--sender", paramLabel = "SENDER", description = "Meta 'sender', which skip-self compares.")
    private @Nullable String sender;

    @Option(names = "--code", paramLabel = "N", defaultValue = "200", description = "Status of HTTP responses.")
    private String code;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME: VALUE",
            description = "Header of HTTP responses.")
    private @Nullable List<String> headers;

    @Option(
            names = {"-M", "--meta"},
            paramLabel = "NAME=VALUE",
            description = "Meta, for filters.")
    private @Nullable List<String> metas;

    @Option(names = "--hint", description = "Have HTTP subscribers ask their origins again.")
    private boolean hint;

    @Option(names = "--close", description = "Close streams and WebSockets.")
    private boolean close;

    @Option(names = "--patch", description = "CONTENT is a JSON patch of the response.")
    private boolean patch;

    @Option(names = "--no-seq", description = "Do not wait for the item that --prev-id names.")
    private boolean noSeq;

    @Option(names = "--no-eol", description = "No line end after HTTP content.")
    private boolean noEol;

    @Option(names = "--spec", paramLabel = "URL", description = "Where to publish (http://localhost:5561).")
    private @Nullable String url;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER:PASS",
            description = "Basic authentication; https only.")
    private @Nullable String user;

    @Option(
            names = {"-B", "--bearer"},
            paramLabel = "TOKEN",
            description = "Bearer token; https only.")
    private @Nullable String bearer;

    @Override
    public Integer call() throws InterruptedException {
        PublishTarget target;
        PublishItem item;
        try {
            target = PublishTarget.parse(Optional.ofNullable(url)
                    .or(() -> Optional.ofNullable(System.getenv("GRIP_URL")).filter(text -> !text.isEmpty()))
                    .orElse("http://localhost:5561"));
            item = new PublishRequest(
                            channel,
                            bytes(),
                            id,
                            prevId,
                            sender,
                            code,
                            list(headers),
                            list(metas),
                            hint,
                            close,
                            patch,
                            noSeq,
                            noEol)
                    .item();
            if ((user != null || bearer != null) && !target.secure()) {
                throw new IllegalArgumentException("Authentication requires https");
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Commands.firstLine(e), e);
        }
        return send(target, new JsonObject().put("items", new JsonArray().add(PublishItems.toJson(item))));
    }

    private static List<String> list(@Nullable List<String> given) {
        return Objects.requireNonNullElse(given, List.of());
    }

    /** Null when none was given. */
    private byte @Nullable [] bytes() {
        if (content == null || content.isEmpty()) {
            return null;
        }
        String text = String.join(" ", content);
        if (!text.startsWith("@")) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(Path.of(text.substring(1)));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + text.substring(1), e);
        }
    }

    private int send(PublishTarget target, JsonObject body) throws InterruptedException {
        URI uri = target.uri();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
        String authorization = authorization(target);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            HttpResponse<String> response = client().send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 == 2) {
                out().println("Published");
                return 0;
            }
            return failed(uri + " answered " + response.statusCode() + ": "
                    + response.body().strip());
        } catch (ConnectException e) {
            return failed("cannot reach " + uri + ": nobody listens there");
        } catch (HttpTimeoutException e) {
            return failed(uri + " did not answer within " + TIMEOUT.toSeconds() + " s");
        } catch (IOException e) {
            return failed(uri + ": " + Commands.firstLine(e));
        }
    }

    private @Nullable String authorization(PublishTarget target) {
        if (bearer != null) {
            return "Bearer " + bearer;
        }
        if (user != null) {
            return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        }
        return target.authorization();
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private int failed(String reason) {
        spec.commandLine().getErr().println("sluice publish: " + reason);
        return Commands.FAILED;
    }
}
