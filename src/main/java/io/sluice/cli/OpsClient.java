package io.sluice.cli;

import io.vertx.core.json.DecodeException;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a running node's ops port. Blocks. */
final class OpsClient {
    private static final String DEFAULT = "http://localhost:5580";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int SHOWN = 500;

    private final URI base;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /**
     * @param url null for that of the environment, or else the usual one
     * @throws IllegalArgumentException with the text for the user
     */
    OpsClient(@Nullable String url) {
        String given = Optional.ofNullable(url)
                .or(() -> Optional.ofNullable(System.getenv("SLUICE_OPS_URL")))
                .filter(text -> !text.isEmpty())
                .orElse(DEFAULT);
        try {
            base = URI.create(given.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a URL: " + given, e);
        }
        boolean known = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
        if (!known || base.getHost() == null) {
            throw new IllegalArgumentException("must be http://HOST:PORT or https://HOST:PORT, not '" + given + "'");
        }
    }

    /**
     * Whatever the status.
     *
     * @throws IOException with the text for the user
     */
    HttpResponse<String> ask(String target) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + target)));
    }

    /**
     * Has something changed, whatever the status of the answer.
     *
     * @param token empty for none
     * @throws IOException with the text for the user
     */
    HttpResponse<String> post(String target, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + target)).POST(HttpRequest.BodyPublishers.noBody());
        return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            return client.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException("cannot reach " + base + ": nobody listens there", e);
        }
    }

    /** @throws IOException with the text for the user, also when the answer is not 200 */
    JsonObject get(String target) throws IOException, InterruptedException {
        HttpResponse<String> response = ask(target);
        if (response.statusCode() != 200) {
            throw refused(response);
        }
        return json(response);
    }

    /** The text for the user, of a status that is not what was hoped for. */
    IOException refused(HttpResponse<String> response) {
        String body = response.body().strip();
        return new IOException(
                base + " answered " + response.statusCode() + ": " + body.substring(0, Math.min(body.length(), SHOWN)));
    }

    /** @throws IOException with the text for the user */
    JsonObject json(HttpResponse<String> response) throws IOException {
        try {
            return new JsonObject(response.body());
        } catch (DecodeException e) {
            throw new IOException(base + " did not answer with JSON: is it an ops port?", e);
        }
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
