package io.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.TestGateway;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fanout.gripcontrol.GripControl;
import org.fanout.gripcontrol.GripPubControl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The published Java library {@code org.fanout:gripcontrol}, as it is, publishing to a stream and a long-poll. */
class JavaGripControlIT {
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void gripcontrol_publishes_to_streams_and_long_polls() throws Exception {
        try (var gateway = TestGateway.start(List.of("* test"), Map.of())) {
            String client = "http://127.0.0.1:" + gateway.httpPort();
            HttpClient http = HttpClient.newHttpClient();
            HttpResponse<java.io.InputStream> stream = http.send(
                    HttpRequest.newBuilder(URI.create(client + "/stream?channel=java"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEqualTo("[stream opened]");

            var publisher =
                    new GripPubControl(List.of(GripControl.parseGripUri("http://127.0.0.1:" + gateway.controlPort())));
            publisher.publishHttpStream(List.of("java"), "from the Java library\n");
            assertThat(lines.readLine()).isEqualTo("from the Java library");
            lines.close();

            var waiting = http.sendAsync(
                    HttpRequest.newBuilder(URI.create(client + "/response?channel=java"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            org.awaitility.Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> {
                publisher.publishHttpResponse(List.of("java"), "answer");
                return waiting.isDone();
            });
            assertThat(waiting.get().body()).isEqualTo("answer");
        }
    }
}
