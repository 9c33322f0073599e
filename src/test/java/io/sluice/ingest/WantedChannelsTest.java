package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.Mode;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WantedChannelsTest {
    private final List<String> said = new ArrayList<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final Stats stats = new Stats();
    private final WantedChannels wanted = new WantedChannels(60, changes::incrementAndGet, stats);

    private List<String> apply(long nowMillis) {
        said.clear();
        wanted.apply(
                new WantedChannels.Subscriptions() {
                    @Override
                    public void subscribe(byte[] topic) {
                        said.add("+" + new String(topic, UTF_8));
                    }

                    @Override
                    public void unsubscribe(byte[] topic) {
                        said.add("-" + new String(topic, UTF_8));
                    }
                },
                nowMillis);
        return said;
    }

    @Test
    void a_channel_is_wanted_from_its_first_subscription_to_its_last_of_all_modes() {
        wanted.first("c", Mode.STREAM);
        wanted.first("c", Mode.SOCKET);
        assertThat(changes).hasValue(2);
        assertThat(apply(0)).containsExactly("+c");
        assertThat(wanted.contains("c")).isTrue();
        assertThat(wanted.contains("cc")).isFalse();
        wanted.last("c", Mode.STREAM);
        assertThat(apply(0)).isEmpty();
        wanted.last("c", Mode.SOCKET);
        assertThat(apply(0)).containsExactly("-c");
        assertThat(wanted.contains("c")).isFalse();
        assertThat(wanted.nextMillis(0)).isEqualTo(-1);
    }

    @Test
    void a_channel_lingers_after_its_last_long_poll() {
        wanted.first("c", Mode.RESPONSE);
        wanted.last("c", Mode.RESPONSE);
        assertThat(apply(1000)).containsExactly("+c");
        assertThat(wanted.nextMillis(2000)).isEqualTo(59_000);
        wanted.first("c", Mode.RESPONSE);
        wanted.last("c", Mode.RESPONSE);
        assertThat(apply(31_000)).isEmpty();
        assertThat(apply(61_000)).as("the poll that came back started it anew").isEmpty();
        assertThat(apply(91_000)).containsExactly("-c");
    }

    @Test
    void a_name_that_would_overflow_the_stack_of_the_sockets_is_not_asked_for_but_counted() {
        String longest = "\u00e9".repeat(512);
        wanted.first(longest, Mode.STREAM);
        wanted.first(longest + "x", Mode.STREAM);
        assertThat(apply(0)).containsExactly("+" + longest);
        assertThat(stats.value(Counter.CHANNELS_TOO_LONG)).isEqualTo(1);
        wanted.last(longest + "x", Mode.STREAM);
        wanted.last(longest, Mode.STREAM);
        assertThat(apply(0)).containsExactly("-" + longest);
    }
}
