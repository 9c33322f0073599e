package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientUriTest {
    @ParameterizedTest
    @CsvSource({
        "http,Example.COM,example.com,80",
        "https,x,x,443",
        "http,x:8080,x,8080",
        "https,[::1]:1,::1,1",
        "https,[::1],::1,443",
        "http,x:,x,80",
        "http,x:99999,x,-1",
        "http,x:y,x,-1",
        "http,'','',80"
    })
    void host_and_port_are_what_is_connected_to(String scheme, String authority, String host, int port) {
        var uri = new ClientUri(scheme, authority, "/");
        assertThat(uri.host()).isEqualTo(host);
        assertThat(uri.port()).isEqualTo(port);
    }

    @Test
    void an_origin_is_scheme_host_and_effective_port() {
        var uri = new ClientUri("http", "x", "/");
        assertThat(uri.sameOrigin(new ClientUri("http", "X:80", "/y"))).isTrue();
        assertThat(uri.sameOrigin(new ClientUri("http", "x:81", "/"))).isFalse();
        assertThat(uri.sameOrigin(new ClientUri("https", "x:80", "/"))).isFalse();
        assertThat(uri.sameOrigin(new ClientUri("http", "y", "/"))).isFalse();
    }

    @Test
    void the_query_comes_off() {
        var uri = new ClientUri("http", "x", "/a?b?c");
        assertThat(uri.pathOnly()).isEqualTo("/a");
        assertThat(uri.query()).isEqualTo("b?c");
        assertThat(new ClientUri("http", "x", "/a").query()).isEmpty();
    }
}
