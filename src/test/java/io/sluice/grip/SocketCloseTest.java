package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketCloseTest {
    @ParameterizedTest
    @CsvSource({
        "-1, false",
        "0, false",
        "999, false",
        "1000, true",
        "1003, true",
        "1004, false",
        "1005, false",
        "1006, false",
        "1007, true",
        "1011, true",
        "1014, true",
        "1015, false",
        "1016, false",
        "2999, false",
        "3000, true",
        "4999, true",
        "5000, false",
        "65535, false"
    })
    void codesThatAnEndpointMaySend(int code, boolean allowed) {
        assertThat(SocketClose.mayBeSent(code)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "'', -1, ''",
        "03e8, 1000, ''",
        "03e86279 65, 1000, bye",
        "0fa0c3bc, 4000, \u00fc",
        "1387, 4999, ''",
    })
    void contentIsRead(String hex, int code, String reason) throws GripException {
        assertThat(SocketClose.parse(bytes(hex))).isEqualTo(new SocketClose(code, reason));
    }

    @ParameterizedTest
    @CsvSource({
        "03, a close has one byte of a code",
        "0000, a close has the code 0",
        "03ed, a close has the code 1005",
        "ffff, a close has the code 65535",
        "03e8c3, a close has a reason that is not UTF-8",
        "03e8eda080, a close has a reason that is not UTF-8",
    })
    void whatIsNoCloseIsRefused(String hex, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> SocketClose.parse(bytes(hex)))
                .withMessage(message);
    }

    @Test
    void withoutACodeThereIsNoReason() {
        assertThat(SocketClose.of(SocketClose.NO_CODE, "lost")).isEqualTo(SocketClose.PLAIN);
        assertThat(SocketClose.PLAIN.content()).isEmpty();
    }

    @Test
    void aLongReasonIsCutAtACharacter() {
        assertThat(SocketClose.of(1000, "a".repeat(123)).reason()).hasSize(123);
        assertThat(SocketClose.of(1000, "a".repeat(200)).reason()).isEqualTo("a".repeat(123));
        assertThat(SocketClose.of(1000, "a" + "\u00fc".repeat(61)).reason()).hasSize(62);
        assertThat(SocketClose.of(1000, "\u00fc".repeat(62)).reason()).isEqualTo("\u00fc".repeat(61));
        assertThat(SocketClose.of(1000, "\ud83d\ude00".repeat(31)).reason()).isEqualTo("\ud83d\ude00".repeat(30));
        assertThat(SocketClose.of(1000, "ab" + "\u20ac".repeat(99)).reason()).isEqualTo("ab" + "\u20ac".repeat(40));
    }

    @Property
    void whatIsSentIsReadAndFitsAControlFrame(@ForAll @IntRange(min = 3000, max = 4999) int code, @ForAll String reason)
            throws GripException {
        SocketClose close = SocketClose.of(code, reason);
        assertThat(close.content()).hasSizeBetween(2, 125);
        assertThat(SocketClose.parse(close.content()).content()).isEqualTo(close.content());
        // Half a surrogate pair becomes a question mark on the way.
        assertThat(new String(reason.getBytes(UTF_8), UTF_8))
                .startsWith(SocketClose.parse(close.content()).reason());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
