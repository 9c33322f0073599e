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

/** Asks a running node's ops port. Blocks. */
final class OpsClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int SHOWN = 500;

    private final URI base;

    /** @throws IllegalArgumentException with the text for the user */
    OpsClient(String url) {
        try {
            base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a URL: " + url, e);
        }
        if (!"http".equals(base.getScheme()) || base.getHost() == null) {
            throw new IllegalArgumentException("must be http://HOST:PORT, not '" + url + "'");
        }
    }

    /** @throws IOException with the text for the user, also when the answer is not 200 */
    JsonObject get(String target) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + target))
                .timeout(TIMEOUT)
                .build();
        HttpResponse<String> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException("cannot reach " + base + ": nobody listens there", e);
        }
        if (response.statusCode() != 200) {
            String body = response.body().strip();
            throw new IOException(base + " answered " + response.statusCode() + ": "
                    + body.substring(0, Math.min(body.length(), SHOWN)));
        }
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
