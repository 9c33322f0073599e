package io.sluice.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many clients for a while: 1 % stalled, 5 % slow, an origin that is dead, and connections that come and go in storms. Memory stays bounded, those who read get
 * everything, and every item is accounted for. {@code -Dsluice.soak.clients=N -Dsluice.soak.seconds=N} makes it longer and larger.
 */
class PressureSoakIT {
    private static final int CLIENTS = Integer.getInteger("sluice.soak.clients", 200);
    private static final int SECONDS = Integer.getInteger("sluice.soak.seconds", 4);
    private static final int BYTES = 4 << 10;
    private static final int PER_SECOND = 50;
    private static final long OUTBOX_BYTES = 262_144;

    @Test
    @Timeout(3600)
    void every_loss_is_accounted_for() throws Exception {
        // Nobody accepts: its requests hang until their time is over.
        try (var dead = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                var crowd = new Crowd(
                        List.of("*,path_beg=/dead 127.0.0.1:" + dead.getLocalPort()),
                        Map.of(
                                "http.outbox-bytes",
                                String.valueOf(OUTBOX_BYTES),
                                "outbox.policy",
                                "c drop-oldest",
                                "origin.first-byte-timeout-seconds",
                                "2"))) {
            int stalledCount = Math.max(2, CLIENTS / 100);
            int slowCount = CLIENTS / 20;
            List<Crowd.Client> reading = crowd.readers((CLIENTS - stalledCount - slowCount) / 2, "/stream?channel=c");
            reading.addAll(crowd.readers((CLIENTS - stalledCount - slowCount) / 2, "/ws?channel=c"));
            List<Crowd.Client> stalled = crowd.stalled(stalledCount, "/stream?channel=c");
            List<Crowd.Client> slow = crowd.stalled(slowCount / 2, "/stream?channel=c");
            slow.addAll(crowd.stalled(slowCount - slowCount / 2, "/ws?channel=c"));
            long held = crowd.stats.value(Gauge.SUBSCRIPTIONS);
            int published = 0;
            long end = System.nanoTime() + SECONDS * 1_000_000_000L;
            var visitors = new ArrayList<Crowd.Client>();
            while (System.nanoTime() < end) {
                long next = System.nanoTime() + 1_000_000_000L / PER_SECOND;
                crowd.publish("c", BYTES, held);
                published++;
                // The slow take a little every now and then.
                Crowd.Client some = slow.get(published % slow.size());
                some.resume();
                slow.get((published + 1) % slow.size()).pause();
                if (published % 20 == 0) {
                    visitors.forEach(Crowd.Client::close);
                    visitors.clear();
                    visitors.addAll(crowd.visitors(50, published % 40 == 0 ? "/dead" : "/stream?channel=other"));
                }
                assertThat(crowd.stats.value(Gauge.OUTBOX_BYTES))
                        .isLessThanOrEqualTo((stalledCount + slowCount) * (OUTBOX_BYTES + 2 * BYTES));
                while (System.nanoTime() < next) {
                    Thread.onSpinWait();
                }
            }
            int all = published;
            Crowd.soon().until(() -> reading.stream().allMatch(client -> client.items.get() == all));
            crowd.settle();
            visitors.forEach(Crowd.Client::close);
            stalled.forEach(Crowd.Client::close);
            slow.forEach(Crowd.Client::close);
            Crowd.soon().until(() -> crowd.stats.value(Gauge.SUBSCRIPTIONS) == reading.size());
            crowd.settle();
            assertThat(crowd.stats.value(Counter.DELIVERIES) + crowd.drops()).isEqualTo(crowd.matched());
            assertThat(crowd.stats.value(Gauge.OUTBOXES)).isZero();
            assertThat(crowd.stats.value(Gauge.OUTBOX_BYTES)).isZero();
        }
    }
}
