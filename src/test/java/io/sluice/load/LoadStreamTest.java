package io.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadStreamTest {
    private final List<Long> sent = new ArrayList<>();
    private final LoadStream stream = new LoadStream("bench-a", sent::add);

    @Test
    void messages_are_found_however_they_are_cut() {
        String text = ": hello\n\n" + LoadStream.event("bench-a", 3, 11, 100) + LoadStream.event("bench-b", 4, 12, 100)
                + LoadStream.event("bench-a", 7, 13, 64);
        for (int i = 0; i < text.length(); i++) {
            stream.take(Buffer.buffer(text.substring(i, i + 1)));
        }
        assertThat(sent).containsExactly(11L, 13L);
        assertThat(stream.received()).isEqualTo(2);
        assertThat(stream.duplicates()).isZero();
    }

    @Test
    void what_comes_again_or_too_late_is_a_duplicate() {
        for (long number : new long[] {1, 2, 2, 5, 4}) {
            stream.take(Buffer.buffer(LoadStream.event("bench-a", number, number, 80)));
        }
        assertThat(stream.received()).isEqualTo(3);
        assertThat(stream.duplicates()).isEqualTo(2);
        assertThat(sent).containsExactly(1L, 2L, 5L);
    }

    @Test
    void a_message_has_the_size_that_is_asked_for() {
        assertThat(LoadStream.event("bench-a", 123, 456_789, 100)).hasSize(100).endsWith("x\n\n");
    }
}
