package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import org.junit.jupiter.api.Test;

class PublishedAnswerTest {
    private static final Headers STORED =
            Headers.of("Content-Type", "text/plain", "X-A", "1", "X-A", "2", "X-B", "b", "Content-Length", "5");

    private static GripResponse merge(Headers published) {
        var stored = new GripResponse(202, "Accepted", STORED, "hello".getBytes(UTF_8));
        var format = new Format.HttpResponse(Action.SEND, 201, "Made", published, null, null, null);
        return PublishedAnswer.merge(stored, format, "new".getBytes(UTF_8));
    }

    @Test
    void published_code_reason_and_body_over_the_stored_headers() {
        GripResponse merged = merge(Headers.EMPTY);
        assertThat(merged.status()).isEqualTo(201);
        assertThat(merged.reason()).isEqualTo("Made");
        assertThat(merged.body()).asString(UTF_8).isEqualTo("new");
        assertThat(merged.headers())
                .isEqualTo(Headers.of("Content-Type", "text/plain", "X-A", "1", "X-A", "2", "X-B", "b"));
    }

    @Test
    void published_headers_replace_all_of_their_name_and_may_repeat() {
        assertThat(merge(Headers.of("x-a", "9", "Set-Cookie", "c=1", "Set-Cookie", "d=2"))
                        .headers())
                .isEqualTo(Headers.of(
                        "Content-Type",
                        "text/plain",
                        "X-B",
                        "b",
                        "x-a",
                        "9",
                        "Set-Cookie",
                        "c=1",
                        "Set-Cookie",
                        "d=2"));
    }

    @Test
    void grip_and_framing_headers_go_and_listed_names_are_hidden() {
        Headers published = Headers.of(
                "Grip-Hold",
                "stream",
                "Grip-Expose-Headers",
                "X-B, x-c",
                "X-C",
                "c",
                "Transfer-Encoding",
                "chunked",
                "Content-Length",
                "999",
                "Connection",
                "close");
        assertThat(merge(published).headers())
                .isEqualTo(Headers.of("Content-Type", "text/plain", "X-A", "1", "X-A", "2"));
    }
}
