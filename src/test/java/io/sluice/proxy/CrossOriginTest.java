package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import org.junit.jupiter.api.Test;

class CrossOriginTest {
    @Test
    void opens_to_any_site_that_says_nothing() {
        Headers headers = CrossOrigin.of(Headers.EMPTY).applied(Headers.of("Content-Type", "text/plain"));

        assertThat(headers)
                .isEqualTo(Headers.of(
                        "Content-Type",
                        "text/plain",
                        "Access-Control-Allow-Methods",
                        "OPTIONS, HEAD, GET, POST, PUT, DELETE",
                        "Access-Control-Allow-Credentials",
                        "true",
                        "Access-Control-Allow-Origin",
                        "*",
                        "Access-Control-Max-Age",
                        "3600"));
    }

    @Test
    void echoes_what_the_client_asks_and_exposes_what_is_not_simple() {
        Headers request = Headers.of(
                "Origin",
                "https://a.example",
                "Access-Control-Request-Method",
                "PATCH",
                "Access-Control-Request-Headers",
                "X-Token");
        Headers response = Headers.of("ETag", "1", "X-A", "1", "x-a", "2", "Pragma", "no-cache", "Grip-Hold", "stream");

        Headers headers = CrossOrigin.of(request).applied(response);

        assertThat(headers.first("Access-Control-Allow-Methods")).isEqualTo("PATCH");
        assertThat(headers.first("Access-Control-Allow-Headers")).isEqualTo("X-Token");
        assertThat(headers.first("Access-Control-Allow-Origin")).isEqualTo("https://a.example");
        assertThat(headers.first("Access-Control-Expose-Headers")).isEqualTo("ETag, X-A");
    }

    @Test
    void leaves_what_the_origin_set() {
        Headers headers = CrossOrigin.of(Headers.of("Origin", "https://a.example"))
                .applied(Headers.of("access-control-allow-origin", "https://only.example"));

        assertThat(headers.all("Access-Control-Allow-Origin")).containsExactly("https://only.example");
    }
}
