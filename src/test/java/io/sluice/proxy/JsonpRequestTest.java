package io.sluice.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.Route;
import io.sluice.grip.GripException;
import io.sluice.grip.Headers;
import io.sluice.origin.ClientUri;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonpRequestTest {
    private static final Route.Jsonp EXTENDED = new Route.Jsonp(true, "callback", null, null, "GET");
    private static final Route.Jsonp CONFIGURED = new Route.Jsonp(false, "cb", "data", "handle", "POST");
    private static final Headers CLIENT = Headers.of("Host", "h", "Accept", "text/html", "Cookie", "a=b");

    private static @Nullable JsonpRequest read(Route.Jsonp rules, String path) throws GripException {
        return JsonpRequest.read(rules, new ClientUri("http", "h", path), CLIENT);
    }

    @Test
    void is_none_without_a_callback() throws GripException {
        assertThat(read(EXTENDED, "/a")).isNull();
        assertThat(read(EXTENDED, "/a?b=c")).isNull();
        assertThat(read(CONFIGURED, "/a?callback=x")).isNull();
    }

    @Test
    void takes_the_call_out_of_the_query() throws GripException {
        JsonpRequest call = requireNonNull(
                read(
                        EXTENDED,
                        "/a?x=%201&callback=my.cb%5B0%5D&_method=PUT&_headers=%7B%22X-A%22%3A%22b%22%2C%22Host%22%3A%22e%22%7D&_body=caf%C3%A9&y"));

        assertThat(call.wrap()).isEqualTo(new JsonpCallback("my.cb[0]", true));
        assertThat(call.uri().path()).isEqualTo("/a?x=%201&y");
        assertThat(call.method()).isEqualTo("PUT");
        assertThat(call.headers()).isEqualTo(Headers.of("Host", "h", "Cookie", "a=b", "Accept", "*/*", "X-A", "b"));
        assertThat(new String(call.body(), StandardCharsets.UTF_8)).isEqualTo("café");
    }

    @Test
    void loses_the_question_mark_of_an_empty_query() throws GripException {
        JsonpRequest call = requireNonNull(read(EXTENDED, "/a?callback=cb"));

        assertThat(call.uri().path()).isEqualTo("/a");
        assertThat(call.method()).isEqualTo("GET");
    }

    @Test
    void is_started_by_a_configured_body() throws GripException {
        JsonpRequest call = requireNonNull(read(CONFIGURED, "/a?data=%7B%7D"));

        assertThat(call.wrap()).isEqualTo(new JsonpCallback("handle", false));
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.headers().first("Content-Type")).isEqualTo("application/json");
        assertThat(new String(call.body(), StandardCharsets.UTF_8)).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "callback= | Invalid callback parameter.",
                "callback | Invalid callback parameter.",
                "callback=%zz | Invalid callback parameter.",
                "callback=%ff | Invalid callback parameter.",
                "callback=alert(1) | Invalid callback parameter.",
                "callback=a;b | Invalid callback parameter.",
                "callback=a%0Ab | Invalid callback parameter.",
                "callback=c&_method=GE%20T | Invalid _method parameter.",
                "callback=c&_method= | Invalid _method parameter.",
                "callback=c&_headers=x | Invalid _headers parameter.",
                "callback=c&_headers=%5B%5D | Invalid _headers parameter.",
                "callback=c&_headers=%7B%22a%22%3A1%7D | Invalid _headers parameter.",
                "callback=c&_headers=%7B%22a%22%3A%22b%5Cr%5Cnc%22%7D | Invalid _headers parameter.",
                "callback=c&_headers=%7B%22a%20b%22%3A%22c%22%7D | Invalid _headers parameter.",
                "callback=c&_body=%e2%82 | Invalid _body parameter.",
            })
    void refuses(String query, String text) {
        assertThatThrownBy(() -> read(EXTENDED, "/a?" + query))
                .isInstanceOf(GripException.class)
                .hasMessage(text);
    }

    @Test
    void does_not_let_the_query_frame_the_request() throws GripException {
        JsonpRequest call =
                requireNonNull(read(EXTENDED, "/?callback=c&_headers=%7B%22Transfer-Encoding%22%3A%22chunked%22%7D"));

        assertThat(call.headers().contains("Transfer-Encoding")).isFalse();
    }

    @Property
    void never_fails_otherwise(@ForAll String query) {
        try {
            read(EXTENDED, "/?callback=c&_headers=" + query);
            read(EXTENDED, "/?" + query);
        } catch (GripException refused) {
            assertThat(refused.text()).startsWith("Invalid ");
        }
    }
}
