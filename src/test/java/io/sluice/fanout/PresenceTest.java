package io.sluice.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.ChannelList;
import io.sluice.bus.ChannelPresence;
import io.sluice.bus.SubscriptionTally;
import io.sluice.channel.Mode;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private final FanoutWorld world;

    PresenceTest() throws Exception {
        world = new FanoutWorld();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static final class Known extends FanoutWorld.Listener {
        private final @Nullable String client;

        Known(@Nullable String client) {
            this.client = client;
        }

        @Override
        public @Nullable String clientId() {
            return client;
        }
    }

    private Known subscribe(String channel, Mode mode, @Nullable String client) throws Exception {
        var subscriber = new Known(client);
        world.run(() -> world.fanout.subscribe(channel, mode, subscriber));
        return subscriber;
    }

    @Test
    void subscriptions_count_by_kind_and_clients_once() throws Exception {
        subscribe("a", Mode.STREAM, "ann");
        subscribe("a", Mode.SOCKET, "ann");
        Known bob = subscribe("a", Mode.RESPONSE, "bob");
        subscribe("a", Mode.RESPONSE, null);
        subscribe("b", Mode.STREAM, "carl");

        ChannelPresence presence = world.fanout.presence("a").await();
        assertThat(presence.subscriptions()).isEqualTo(new SubscriptionTally(1, 2, 1));
        assertThat(presence.clients()).containsExactlyInAnyOrder("ann", "bob");
        assertThat(presence.unnamed()).isEqualTo(1);

        world.run(() -> world.fanout.unsubscribe("a", Mode.RESPONSE, bob));
        assertThat(world.fanout.presence("a").await().clients()).containsExactly("ann");
        assertThat(world.fanout.presence("none").await()).isEqualTo(ChannelPresence.NOBODY);
    }

    @Test
    void channels_are_listed_in_order_page_by_page() throws Exception {
        for (int i : IntStream.range(0, 25).map(i -> i * 7 % 25).toArray()) {
            subscribe("room-%02d".formatted(i), i % 2 == 0 ? Mode.STREAM : Mode.SOCKET, null);
        }
        subscribe("other", Mode.STREAM, null);
        SubscriptionCounts counts = world.loops.counts();

        ChannelList first = counts.channels("room-", "", 10);
        assertThat(first.more()).isTrue();
        assertThat(names(first)).isEqualTo(names(0, 10));
        assertThat(first.channels().get(1).subscriptions()).isEqualTo(new SubscriptionTally(0, 0, 1));
        ChannelList last = counts.channels("room-", "room-19", 5);
        assertThat(names(last)).isEqualTo(names(20, 25));
        assertThat(last.more()).isFalse();
        assertThat(counts.channels("", "", 1000).channels()).hasSize(26);
    }

    private static List<String> names(ChannelList list) {
        return list.channels().stream().map(ChannelList.Line::channel).toList();
    }

    private static List<String> names(int from, int to) {
        return IntStream.range(from, to).mapToObj("room-%02d"::formatted).toList();
    }
}
