package io.sluice.grip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GripExtensionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "grip|m:",
                "grip; message-prefix=\"\"|",
                "grip; message-prefix=|",
                "grip; message-prefix|",
                "grip; message-prefix=\"x, y;\"|x, y;",
                "grip; Message-Prefix=x:|x:",
                "grip; message-prefix=\"\u00c3\u00bc\"|\u00fc",
                "grip; other=1|m:",
                "permessage-deflate, grip; message-prefix=p|p",
                "permessage-deflate; x=grip|none",
                "gripe|none",
                "Grip|none",
                "grip; message-prefix=\"open|none",
                "|none",
            })
    void thePrefixThatAnOriginAgreesTo(String line, String prefix) {
        GripExtension extension = GripExtension.in(Headers.of("sec-websocket-extensions", line == null ? "" : line));
        if ("none".equals(prefix)) {
            assertThat(extension).isNull();
        } else {
            assertThat(extension).isEqualTo(new GripExtension(prefix == null ? "" : prefix));
        }
    }

    @Test
    void anyLineMayNameIt() {
        assertThat(GripExtension.in(Headers.EMPTY)).isNull();
        assertThat(GripExtension.in(Headers.of(GripExtension.HEADER, "x", GripExtension.HEADER, "grip")))
                .isEqualTo(new GripExtension("m:"));
    }
}
