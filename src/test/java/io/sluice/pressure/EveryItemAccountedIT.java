package io.sluice.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.OverflowPolicy;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the policy: published × matched = delivered + counted drops, to the message, with streams and WebSockets that read and others that never
 * do. And with positions and filters: what was filtered or covered counts too.
 */
@Timeout(60)
class EveryItemAccountedIT {
    private static final int STALLED = 10;
    private static final int READING = 10;
    private static final int BYTES = 64 << 10;
    /** Items after the first that is lost. */
    private static final int MORE = 15;

    private static final int MAX = 120;
    private static final int CLIENTS = 4;

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
                "c items=1000 bytes=16000000");
        try (var crowd = new Crowd(List.of(), settings)) {
            List<Crowd.Client> reading = new ArrayList<>(crowd.readers(READING, "/stream?channel=c"));
            reading.addAll(crowd.readers(READING, "/ws?channel=c"));
            List<Crowd.Client> stalled = new ArrayList<>(crowd.stalled(STALLED, "/stream?channel=c"));
            stalled.addAll(crowd.stalled(STALLED, "/ws?channel=c"));
            int published = 0;
            for (int more = MORE; more > 0; more -= pressed(crowd, policy) ? 1 : 0) {
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
            assertThat(crowd.stats.value(Gauge.OUTBOX_BEHIND)).isZero();
            assertThat(crowd.stats.value(Counter.DELIVERIES) + crowd.drops()).isEqualTo(crowd.matched());
        }
    }

    /** Items that follow the position, that are in doubt, that the client has already, that a filter is being asked about, and behind those. */
    @Test
    void with_positions_and_questions() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (var origin = new CheckingOrigin(vertx);
                var crowd = new Crowd(List.of("*,path_beg=/own " + origin.address()), Map.of())) {
            List<Crowd.Client> clients = crowd.readers(CLIENTS, "/own");
            for (int id = 1; id <= 6; id++) {
                crowd.publishTo(CLIENTS, item(id, id - 1));
            }
            Crowd.soon().until(() -> crowd.settled() == crowd.matched());
            // The origin's answer to the doubt is ahead of its publisher.
            origin.at = 20;
            crowd.publishTo(CLIENTS, item(10, 9));
            Crowd.soon().until(() -> crowd.settled() == crowd.matched());
            crowd.publishTo(CLIENTS, item(20, 19));
            Crowd.soon().until(() -> crowd.settled() == crowd.matched());
            origin.silent = true;
            crowd.publishTo(CLIENTS, item(21, 20));
            crowd.publishTo(CLIENTS, item(22, 21));
            crowd.publishTo(CLIENTS, item(33, 32));
            Crowd.soon().until(() -> origin.unanswered.get() == CLIENTS);
            clients.forEach(Crowd.Client::close);
            Crowd.soon().untilAsserted(() -> assertThat(crowd.settled()).isEqualTo(crowd.matched()));
            assertThat(crowd.stats.value(Counter.FILTERED)).isPositive();
            assertThat(crowd.stats.value(Counter.COVERED)).isPositive();
            assertThat(crowd.stats.value(DropReason.OUT_OF_POSITION)).isPositive();
            assertThat(crowd.stats.value(DropReason.CONNECTION_CLOSED)).isPositive();
        } finally {
            Crowd.await(vertx.close());
        }
    }

    private static JsonObject item(int id, int prevId) {
        return new JsonObject()
                .put("channel", "r")
                .put("id", "" + id)
                .put("prev-id", "" + prevId)
                .put("no-seq", true);
    }

    /** Whether the policy has had something to do. */
    private static boolean pressed(Crowd crowd, OverflowPolicy policy) {
        return switch (policy) {
            case DROP_NEWEST -> crowd.stats.value(DropReason.OUTBOX_FULL) > 0;
            case DROP_OLDEST -> crowd.stats.value(DropReason.OUTBOX_OLDEST) > 0;
            case CONFLATE -> crowd.stats.value(DropReason.OUTBOX_CONFLATED) > 0;
            case DISCONNECT -> crowd.stats.value(DropReason.OUTBOX_DISCONNECTED) > 0;
            case CATCH_UP -> crowd.stats.value(Counter.OUTBOX_CATCH_UPS) > 0;
        };
    }
}
