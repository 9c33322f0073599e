package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which route a request takes, and what the route makes of it (GRIP, routes file). */
abstract class RouteCases extends ProtocolCases {
    @ParameterizedTest
    @CsvSource({
        "select.test, /a,         a",
        "select.test, /ax,        a",
        "select.test, /a/,        a",
        "select.test, /a/b,       ab",
        "select.test, /a/bc?d=/h, ab",
        "select.test, /h,         http",
        "SELECT.test, /a,         a",
        "select.test:1234, /a,    a",
        "other.test,  /a,         any",
    })
    void theMostSpecific(String host, String target, String route) throws IOException {
        String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
        origin().on(path, request -> Answer.ok(String.valueOf(request.header("X-Route"))));
        assertThat(world().get(target, "Host: " + host).text()).isEqualTo(route);
    }

    /** A host that has rules falls to none of the others. */
    @Test
    void noRule() throws IOException {
        Reply reply = world().get("/none", "Host: select.test");
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.header("Content-Type")).startsWith("text/plain");
        assertThat(origin().received("/none")).isEmpty();
    }

    @Test
    void thePathIsRewritten() throws IOException {
        origin().on("/new/thing", request -> Answer.ok(request.target() + " " + request.header("X-Route")));
        origin().on("/kept", request -> Answer.ok(request.target() + " " + request.header("X-Route")));
        assertThat(world().get("/old/thing?q=/old", "Host: rewrite.test").text())
                .isEqualTo("/new/thing?q=/old replaced");
        assertThat(world().get("/cut/kept?q", "Host: cut.test").text()).isEqualTo("/kept?q cut");
    }

    @Test
    void theHostIsRewritten() throws IOException {
        String path = "/" + World.name("host");
        origin().on(path, request -> Answer.ok(String.valueOf(request.header("Host"))));
        assertThat(world().get(path, "Host: host.test").text()).isEqualTo("other.example:81");
        assertThat(world().get(path, "Host: as.test").text()).isEqualTo("pretended.example");
        assertThat(world().get(path, "Host: debug.test").text()).isEqualTo("debug.test");
    }

    @Test
    void headersAreSetAndRemoved() throws IOException {
        String path = "/" + World.name("headers");
        origin().on(path, Answer.ok(""));
        world().get(path, "Host: header.test", "X-Set: client's", "User-Agent: me", "X-Two: 2");
        Received received = origin().received(path).get(0);
        assertThat(received.headers().all("X-Set")).containsExactly("a, \"b\"");
        assertThat(received.headers().all("X-Two")).containsExactly("1");
        assertThat(received.header("User-Agent")).isNull();
    }
}
