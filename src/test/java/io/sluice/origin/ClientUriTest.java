package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.GripException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientUriTest {
    private static final ClientUri BASE = new ClientUri("http", "a", "/b/c/d;p?q");

    /** RFC 3986, 5.4, but for fragments, which are dropped, and schemes other than http. */
    @ParameterizedTest
    @CsvSource({
        "g,http://a/b/c/g",
        "./g,http://a/b/c/g",
        "g/,http://a/b/c/g/",
        "/g,http://a/g",
        "//g,http://g/",
        "?y,http://a/b/c/d;p?y",
        "g?y,http://a/b/c/g?y",
        "#s,http://a/b/c/d;p?q",
        "g#s,http://a/b/c/g",
        ";x,http://a/b/c/;x",
        "g;x,http://a/b/c/g;x",
        "'',http://a/b/c/d;p?q",
        ".,http://a/b/c/",
        "./,http://a/b/c/",
        "..,http://a/b/",
        "../,http://a/b/",
        "../g,http://a/b/g",
        "../..,http://a/",
        "../../g,http://a/g",
        "../../../g,http://a/g",
        "../../../../g,http://a/g",
        "/./g,http://a/g",
        "/../g,http://a/g",
        "g.,http://a/b/c/g.",
        ".g,http://a/b/c/.g",
        "g..,http://a/b/c/g..",
        "..g,http://a/b/c/..g",
        "./../g,http://a/b/g",
        "./g/.,http://a/b/c/g/",
        "g/./h,http://a/b/c/g/h",
        "g/../h,http://a/b/c/h",
        "g;x=1/./y,http://a/b/c/g;x=1/y",
        "g;x=1/../y,http://a/b/c/y",
        "g?y/./x,http://a/b/c/g?y/./x",
        "g?y/../x,http://a/b/c/g?y/../x",
        "g#s/../x,http://a/b/c/g",
        "https://x:8443/y?z,https://x:8443/y?z",
        "HTTP://x,http://x/",
        "http://x?y,http://x/?y",
        "?,http://a/b/c/d;p?",
        "http://[::1]:80/,http://[::1]:80/",
        "/a//b,http://a/a//b",
        "/a/../../b//../c,http://a/b/c",
        "/\u00e9,http://a/%C3%A9",
        "/\u00c3\u00a9,http://a/%C3%A9",
        "/\u20ac,http://a/%E2%82%AC",
    })
    void references_resolve(String reference, String expected) throws GripException {
        assertThat(BASE.resolve(reference).toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://x/",
                "javascript:alert(1)",
                "http:/x",
                "http:",
                "http:///x",
                "http://u@x/",
                "http://u:p@x/",
                "http://x:0/",
                "http://x:65536/",
                "http://x:y/",
                "http://x:/y\r\nHost: z",
                "/a b",
                "http://a\\b/",
                "http://[::1/",
                "http://:80/",
                "http://x y/",
                "//",
                "/\u0000",
            })
    void what_is_no_http_uri_is_refused(String reference) {
        assertThatThrownBy(() -> BASE.resolve(reference)).isInstanceOf(GripException.class);
    }

    @Test
    void only_absolute_uris_parse() throws GripException {
        assertThat(ClientUri.parse("https://x/y?z#f")).isEqualTo(new ClientUri("https", "x", "/y?z"));
        assertThatThrownBy(() -> ClientUri.parse("/x")).isInstanceOf(GripException.class);
        assertThatThrownBy(() -> ClientUri.parse("//x/y")).isInstanceOf(GripException.class);
    }

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

    @Property
    void any_text_resolves_to_something_sound_or_is_refused(@ForAll String reference) {
        try {
            ClientUri uri = BASE.resolve(reference);
            assertThat(uri.path()).matches("/[!-~]*");
            assertThat(uri.authority()).matches("[!-~]+");
            assertThat(uri.port()).isBetween(1, 65_535);
            assertThat(ClientUri.parse(uri.toString()).toString()).isEqualTo(uri.toString());
        } catch (GripException expected) {
            assertThat(expected.text()).isNotEmpty();
        }
    }

    @Property
    void dots_never_stay(@ForAll @net.jqwik.api.constraints.CharRange(from = '.', to = '/') String path) {
        assertThat(UriReference.removeDots("/" + path).split("/")).doesNotContain(".", "..");
    }
}
