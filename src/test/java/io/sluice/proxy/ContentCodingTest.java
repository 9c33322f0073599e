package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.GripException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ContentCodingTest {
    static byte[] gzip(byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (var coded = new GZIPOutputStream(out)) {
            coded.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var coded = new DeflaterOutputStream(out)) {
            coded.write(plain);
        }
        return out.toByteArray();
    }

    @Property
    void what_was_coded_is_plain_again(@ForAll @Size(max = 2000) byte[] plain) throws Exception {
        assertThat(ContentCoding.plain(gzip(plain), "GZIP", 2000)).isEqualTo(plain);
        assertThat(ContentCoding.plain(deflate(plain), "deflate", 2000)).isEqualTo(plain);
        assertThat(ContentCoding.plain(plain, null, 1)).isSameAs(plain);
        assertThat(ContentCoding.plain(plain, "identity", 1)).isSameAs(plain);
    }

    @Property
    void any_bytes_are_plain_or_refused(@ForAll byte[] body) {
        for (String coding : new String[] {"gzip", "deflate", "br"}) {
            try {
                assertThat(ContentCoding.plain(body, coding, 100)).hasSizeLessThanOrEqualTo(100);
            } catch (GripException e) {
                assertThat(e.text()).contains(coding);
            }
        }
    }

    @Test
    void a_small_body_may_not_hold_a_large_one() {
        byte[] bomb = gzip(new byte[1 << 20]);
        assertThatThrownBy(() -> ContentCoding.plain(bomb, "gzip", 1000))
                .hasMessage("Content-Encoding 'gzip' on a GRIP response of more than 1000 bytes");
    }

    @Test
    void an_empty_body_has_no_coding() throws GripException {
        assertThat(ContentCoding.plain("".getBytes(UTF_8), "br", 10)).isEmpty();
    }
}
