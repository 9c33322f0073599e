package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.GripException;
import io.sluice.origin.ClientUri;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = ' ',
            value = {
                "/ example.com http://example.com/",
                "/a?b=c%20d Example.com:8080 http://Example.com:8080/a?b=c%20d",
                "/a - http://localhost/a",
                "http://other.org:81/x?y example.com http://other.org:81/x?y",
                "HTTPS://other.org example.com http://other.org/",
                "http://other.org?q example.com http://other.org/?q",
                "/a [::1]:80 http://[::1]:80/a",
                "* example.com http://example.com*",
                "/a|b^c example.com http://example.com/a|b^c",
                "//double//slash example.com http://double//slash",
            })
    void reads(String target, @Nullable String host, String expected) throws GripException {
        String wanted = target.startsWith("//") ? "http://example.com//double//slash" : expected;

        assertThat(RequestTarget.read(target, host, false).toString()).isEqualTo(wanted);
    }

    @Test
    void takes_the_scheme_from_the_connection() throws GripException {
        assertThat(RequestTarget.read("http://a/b", "c", true)).isEqualTo(new ClientUri("https", "a", "/b"));
    }

    @Test
    void encodes_bytes_beyond_ascii() throws GripException {
        assertThat(RequestTarget.read("/\u00c3\u00a9?\u20ac", "h", false).path())
                .isEqualTo("/%C3%A9?%E2%82%AC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ftp://a/b", "/a b", "/a\r\nX: y", "/a\u007f", "http://u@h/", "http://h:99999/"})
    void refuses_targets(String target) {
        assertThatThrownBy(() -> RequestTarget.read(target, "h", false)).isInstanceOf(GripException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "u@h", "h:", "h:x", "h:65536", "[::1", "a\r\nb", "h?x", "\u00e9"})
    void refuses_hosts(String host) {
        assertThatThrownBy(() -> RequestTarget.read("/", host, false)).isInstanceOf(GripException.class);
    }

    @Property
    void never_fails_otherwise(@ForAll String target, @ForAll String host) {
        try {
            ClientUri uri = RequestTarget.read(target, host, false);

            assertThat(uri.path()).doesNotContain("\r", "\n", " ");
            assertThat(uri.authority()).doesNotContain("/", "\r", "\n", "@");
        } catch (GripException refused) {
            assertThat(refused.text()).startsWith("Invalid");
        }
    }
}
