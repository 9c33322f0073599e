package io.sluice.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static @Nullable Throwable check(String head) {
        ByteBuf bytes = Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1);
        return catchThrowable(() -> RequestHead.check(bytes, 0, bytes.readableBytes(), 8));
    }

    private static String unescape(String text) {
        return text.translateEscapes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "GET / HTTP/1.0\\r\\n\\r\\n",
                "GET /?q=%00&r=[] HTTP/1.1\\r\\nHost:\\r\\n\\r\\n",
                "OPTIONS * HTTP/1.1\\r\\nHost: [::1]:80\\r\\n\\r\\n",
                "GET http://a.b:80/x HTTP/1.1\\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 007 \\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\ntransfer-encoding:\\tChunked\\t\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: \\300\\r\\n\\r\\n",
            })
    void well_formed(String head) {
        assertThat(check(unescape(head))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | request line",
                "GET /\\r\\nHost: a\\r\\n\\r\\n | 400 | request line",
                "\\tGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | method",
                "G{T / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | method",
                "GET / HTTP/1.1\\nHost: a\\r\\n\\r\\n | 400 | without CR",
                "GET / HTTP/1.1\\r\\nHost: a\\n\\r\\n | 400 | without CR",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\n | 400 | without CR",
                "GET / HTTP/2.0\\r\\nHost: a\\r\\n\\r\\n | 505 | only HTTP/1.0",
                "PRI * HTTP/2.0\\r\\n\\r\\n | 505 | only HTTP/1.0",
                "GET / HTTP/1.10\\r\\nHost: a\\r\\n\\r\\n | 400 | version",
                "GET / http/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | version",
                "GET /\\001 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | target",
                "GET /\\303\\251 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | target",
                "GET x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | neither",
                "GET ftp://a/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | neither",
                "GET http:///x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | neither",
                "GET http://u@h/x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | neither",
                "GET * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400 | neither",
                "CONNECT a:1 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 405 | CONNECT",
                "GET / HTTP/1.1\\r\\n\\r\\n | 400 | no Host",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nhost: a\\r\\n\\r\\n | 400 | more than one Host",
                "GET / HTTP/1.1\\r\\nHost: a b\\r\\n\\r\\n | 400 | invalid Host",
                "GET / HTTP/1.1\\r\\nHost: a/b\\r\\n\\r\\n | 400 | invalid Host",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n folded\\r\\n\\r\\n | 400 | blank",
                "GET / HTTP/1.1\\r\\n X: y\\r\\nHost: a\\r\\n\\r\\n | 400 | blank",
                "GET / HTTP/1.1\\r\\nHost : a\\r\\n\\r\\n | 400 | header name",
                "GET / HTTP/1.1\\r\\nHost\\000: a\\r\\n\\r\\n | 400 | header name",
                "GET / HTTP/1.1\\r\\n: a\\r\\n\\r\\n | 400 | header name",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nno colon\\r\\n\\r\\n | 400 | colon",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: \\000\\r\\n\\r\\n | 400 | header value",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: a\\rb\\r\\n\\r\\n | 400 | header value",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 1\\r\\n\\r\\n | 400 | more than one",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1, 1\\r\\n\\r\\n | 400 | invalid Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +1\\r\\n\\r\\n | 400 | invalid Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1\\r\\n\\r\\n | 400 | invalid Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:\\r\\n\\r\\n | 400 | invalid Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9999999999999999999\\r\\n\\r\\n | 400 | invalid Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n | 400 | other than chunked",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: identity\\r\\n\\r\\n | 400 | other than chunked",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: \\013chunked\\r\\n\\r\\n | 400 | header value",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 400 | other than",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 400 | both",
                "POST / HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 400 | in HTTP/1.0",
                "GET / HTTP/1.1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\nA: 1\\r\\n\\r\\n | 431 | exceeded limit of 8",
            })
    void refused(String head, int status, String text) {
        assertThat(check(unescape(head))).isInstanceOfSatisfying(RequestRefused.class, e -> {
            assertThat(e.text()).contains(text);
            assertThat(e.status()).isEqualTo(status);
        });
    }

    /** Heads broken anywhere: whatever it is, nothing but the refusal is thrown. */
    @Property(tries = 2000)
    void never_throws_anything_else(@ForAll("almostHeads") String head) {
        Throwable thrown = check(head);
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(RequestRefused.class);
            assertThat(((RequestRefused) thrown).text()).isNotBlank().doesNotContain("\r", "\n");
        }
    }

    @Provide
    Arbitrary<String> almostHeads() {
        Arbitrary<String> pieces = Arbitraries.of(
                "GET ",
                "/",
                " ",
                "HTTP/1.1",
                "\r\n",
                "\n",
                "\r",
                ":",
                "Host: a\r\n",
                "Content-Length: ",
                "1",
                "Transfer-Encoding: chunked\r\n",
                "\t",
                "\0",
                "http://",
                "\u00e9");
        return Combinators.combine(
                        pieces.list().ofMaxSize(12),
                        Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(6))
                .as((list, noise) -> String.join("", list) + noise + "\r\n\r\n");
    }
}
