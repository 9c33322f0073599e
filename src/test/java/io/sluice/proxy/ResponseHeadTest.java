package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ResponseHeadTest {
    @Test
    void drops_what_concerns_the_connection_to_the_origin() {
        Headers origin = Headers.of(
                "Connection",
                "close, X-Hop",
                "Keep-Alive",
                "timeout=5",
                "Transfer-Encoding",
                "chunked",
                "Upgrade",
                "h2c",
                "Trailer",
                "X-T",
                "x-hop",
                "1",
                "Content-Encoding",
                "gzip",
                "Content-Length",
                "3",
                "Set-Cookie",
                "a=1",
                "Set-Cookie",
                "b=2");

        assertThat(ResponseHead.passed(origin))
                .isEqualTo(Headers.of(
                        "Content-Encoding", "gzip", "Content-Length", "3", "Set-Cookie", "a=1", "Set-Cookie", "b=2"));
    }

    @Test
    void keeps_the_length_although_connection_names_it() {
        assertThat(ResponseHead.passed(Headers.of("Connection", "Content-Length", "Content-Length", "3"))
                        .first("Content-Length"))
                .isEqualTo("3");
    }

    @Test
    void finds_what_would_forge_lines() {
        assertThat(ResponseHead.defect(200, "OK", Headers.of("A", "b\tc \u00e9")))
                .isNull();
        assertThat(ResponseHead.defect(200, "O\rK", Headers.EMPTY)).contains("reason");
        assertThat(ResponseHead.defect(200, "OK", Headers.of("A", "b\r\nSet-Cookie: c=d")))
                .contains("value of header A");
        assertThat(ResponseHead.defect(200, "OK", Headers.of("A: b", "c"))).contains("name");
        assertThat(ResponseHead.defect(200, "OK", Headers.of("", "c"))).contains("name");
        assertThat(ResponseHead.defect(101, "OK", Headers.EMPTY)).contains("status 101");
        assertThat(ResponseHead.defect(1000, "OK", Headers.EMPTY)).contains("status 1000");
    }

    @Property
    void what_passes_has_no_line_break(@ForAll String name, @ForAll String value) {
        if (ResponseHead.defect(200, "", Headers.of(name, value)) == null) {
            assertThat(name + value).doesNotContain("\r", "\n", "\0");
        }
    }

    @Test
    void knows_responses_without_body() {
        assertThat(ResponseHead.bodiless("HEAD", 200)).isTrue();
        assertThat(ResponseHead.bodiless("GET", 204)).isTrue();
        assertThat(ResponseHead.bodiless("GET", 304)).isTrue();
        assertThat(ResponseHead.bodiless("GET", 200)).isFalse();
        assertThat(ResponseHead.bodiless("POST", 500)).isFalse();
    }
}
