package io.sluice.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.OverflowPolicy;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the policy: published × matched = delivered + counted drops, to the message, with streams and WebSockets that read and others that never
 * do.
 */
@Timeout(60)
class EveryItemAccountedIT {
    private static final int STALLED = 20;
    private static final int READING = 20;
    private static final int BYTES = 32 << 10;
    /** Items after the first that is lost. */
    private static final int MORE = 30;

    private static final int MAX = 1000;

    @ParameterizedTest
    @EnumSource
    void to_the_message(OverflowPolicy policy) throws Exception {
        var settings = Map.of(
                "http.outbox-bytes",
                "262144",
                "outbox.messages",
                "12",
                "outbox.policy",
                "c " + policy.text(),
                "channels.log",
                "c items=20");
        try (var crowd = new Crowd(List.of(), settings)) {
            List<Crowd.Client> reading = new ArrayList<>(crowd.readers(READING, "/stream?channel=c"));
            reading.addAll(crowd.readers(READING, "/ws?channel=c"));
            List<Crowd.Client> stalled = new ArrayList<>(crowd.stalled(STALLED, "/stream?channel=c"));
            stalled.addAll(crowd.stalled(STALLED, "/ws?channel=c"));
            int published = 0;
            for (int more = MORE; more > 0; more -= crowd.stats.value(reason(policy)) > 0 ? 1 : 0) {
                assertThat(published).as("items until somebody is stalled").isLessThan(MAX);
                crowd.publish("c", BYTES, crowd.stats.value(Gauge.SUBSCRIPTIONS));
                crowd.settle();
                published++;
            }
            int all = published;
            // Who reads gets everything, whatever the others do.
            Crowd.soon().until(() -> reading.stream().allMatch(client -> client.items.get() == all));
            // What waits is lost with its connection, and counted.
            stalled.forEach(Crowd.Client::close);
            Crowd.soon().until(() -> crowd.stats.value(Gauge.SUBSCRIPTIONS) == reading.size());
            crowd.settle();
            assertThat(crowd.stats.value(Gauge.OUTBOXES)).isZero();
            assertThat(crowd.stats.value(Gauge.OUTBOX_MESSAGES)).isZero();
            assertThat(crowd.stats.value(Gauge.OUTBOX_BYTES)).isZero();
            assertThat(crowd.stats.value(Counter.DELIVERIES) + crowd.drops()).isEqualTo(crowd.matched());
        }
    }

    private static DropReason reason(OverflowPolicy policy) {
        return switch (policy) {
            case DROP_NEWEST, CATCH_UP -> DropReason.OUTBOX_FULL;
            case DROP_OLDEST -> DropReason.OUTBOX_OLDEST;
            case CONFLATE -> DropReason.OUTBOX_CONFLATED;
            case DISCONNECT -> DropReason.OUTBOX_DISCONNECTED;
        };
    }
}
