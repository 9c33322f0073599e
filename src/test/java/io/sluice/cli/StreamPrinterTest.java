package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamPrinterTest {
    private static String print(String stream, boolean events, boolean lines, long max) throws IOException {
        var out = new ByteArrayOutputStream();
        boolean enough = new StreamPrinter(new PrintStream(out, true, StandardCharsets.UTF_8), events, lines, max)
                .print(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8) + (enough ? "+" : "");
    }

    @Test
    void events_are_their_data() throws IOException {
        assertThat(print(":\n\nid: 1\nevent: e\ndata: ä\ndata\ndata:  b\n\n\ndata:c\r\n\r\ndata: cut", true, false, 0))
                .isEqualTo("ä\n\n b\nc\n");
        assertThat(print("data: 1\n\ndata: 2\n\ndata: 3\n\n", true, false, 2)).isEqualTo("1\n2\n+");
        assertThat(print("data: 1\n\n", true, false, 2)).isEqualTo("1\n");
    }

    @Test
    void lines_are_whole_and_raw_is_as_it_comes() throws IOException {
        assertThat(print("a\nb\nc", false, true, 0)).isEqualTo("a\nb\nc\n");
        assertThat(print("a\nb\nc", false, false, 0)).isEqualTo("a\nb\nc");
        for (boolean lines : Stream.of(true, false).toList()) {
            assertThat(print("a\nb\nc", false, lines, 2)).isEqualTo("a\nb\n+");
        }
    }
}
