package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.GripException;
import io.sluice.origin.ClientUri;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkUriTest {
    private static final ClientUri BASE = new ClientUri("https", "a.example:8443", "/d/e/f?q=1");

    @ParameterizedTest
    @CsvSource({
        "/next, https://a.example:8443/next",
        "/next?a=b/../c, https://a.example:8443/next?a=b/../c",
        "next?x, https://a.example:8443/d/e/next?x",
        "?page=2, https://a.example:8443/d/e/f?page=2",
        "'', https://a.example:8443/d/e/f?q=1",
        "../g, https://a.example:8443/d/g",
        "../../../g, https://a.example:8443/g",
        "., https://a.example:8443/d/e/",
        "./g#frag, https://a.example:8443/d/e/g",
        "//b.example/x, https://b.example/x",
        "http://b.example, http://b.example/",
        "http://b.example?q, http://b.example/?q",
        "HTTPS://b.example:1/a/./b/../c, https://b.example:1/a/c",
        "ws://b.example/w, http://b.example/w",
        "wss://b.example/w, https://b.example/w",
        "http://user:pw@b.example/, http://b.example/",
        "a:b/c, invalid",
        "/a:b, https://a.example:8443/a:b",
        "/{odd}|[chars], https://a.example:8443/{odd}|[chars]",
    })
    void resolves(String link, String expected) throws GripException {
        if (expected.equals("invalid")) {
            assertThatThrownBy(() -> LinkUri.resolve(BASE, link)).isInstanceOf(GripException.class);
        } else {
            assertThat(LinkUri.resolve(BASE, link)).hasToString(expected);
        }
    }

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
    })
    void resolves_as_the_rfc_shows(String link, String expected) throws GripException {
        assertThat(LinkUri.resolve(new ClientUri("http", "a", "/b/c/d;p?q"), link))
                .hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/", "http:/x", "http://", "http://:80/", "/a b", "/a\r\nX: y", "\u0000"})
    void refuses(String link) {
        assertThatThrownBy(() -> LinkUri.resolve(BASE, link))
                .isInstanceOf(GripException.class)
                .hasMessage("Grip-Link contains invalid link");
    }

    @Property
    void takes_any_text_and_yields_a_path(@ForAll String link) {
        try {
            assertThat(LinkUri.resolve(BASE, link).path()).startsWith("/").doesNotContain("\r", "\n", " ");
        } catch (GripException e) {
            assertThat(e.text()).isNotEmpty();
        }
    }
}
