package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.bus.ConnectionReport;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SlowClientTest {
    private final Rig rig = new Rig();
    private final LoopDesk desk = new LoopDesk(rig.parts, "n1", id -> null);

    private FakeExchange hold(String channel) {
        return rig.accept(
                "/a", "", "Content-Type", "text/event-stream", "Grip-Hold", "stream", "Grip-Channel", channel);
    }

    @Test
    void a_busy_socket_has_items_wait_and_the_fast_path_comes_back() {
        FakeExchange client = hold("a");
        client.sink.block(10);
        rig.stream("a", null, null, "1 ");
        rig.stream("a", null, null, "2 ");
        assertThat(client.sink.text()).isEmpty();
        assertThat(rig.level(Gauge.OUTBOXES)).isEqualTo(1);
        assertThat(rig.level(Gauge.OUTBOX_MESSAGES)).isEqualTo(2);
        assertThat(rig.count(Counter.DELIVERIES)).isZero();
        client.sink.unblock();
        assertThat(client.sink.text()).isEqualTo("1 2 ");
        assertThat(rig.level(Gauge.OUTBOXES)).isZero();
        assertThat(rig.count(Counter.DELIVERIES)).isEqualTo(2);
        rig.stream("a", null, null, "3 ");
        assertThat(client.sink.text()).isEqualTo("1 2 3 ");
        assertThat(rig.timers.pending()).as("nobody is watched").isLessThanOrEqualTo(1);
    }

    @Test
    void of_a_ticker_only_the_latest_waits() {
        FakeExchange client = hold("ticker");
        client.sink.block(10);
        rig.stream("ticker", null, null, "1 ");
        rig.stream("ticker", null, null, "2 ");
        client.sink.unblock();
        assertThat(client.sink.text()).isEqualTo("2 ");
        assertThat(rig.drops(DropReason.OUTBOX_CONFLATED)).isEqualTo(1);
    }

    @Test
    void all_that_is_lost_with_a_connection_is_told() {
        var lines = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(DropLog.class);
        lines.start();
        logger.addAppender(lines);
        FakeExchange client = hold("a");
        client.sink.block(10);
        for (int i = 0; i < 3; i++) {
            rig.stream("a", null, null, "waits");
        }
        client.clientGoes();
        logger.detachAppender(lines);
        assertThat(rig.drops(DropReason.CONNECTION_CLOSED)).isEqualTo(3);
        assertThat(lines.list.stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .mapToInt(line -> Integer.parseInt(line.replaceAll(".* items=(\\d+) .*", "$1")))
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void the_policy_disconnect_ends_the_stream() {
        FakeExchange client = hold("strict");
        client.sink.block(10);
        rig.stream("strict", null, null, "waits");
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        rig.stream("strict", null, null, "too much");
        assertThat(client.sink.aborted).isTrue();
        assertThat(rig.count(Counter.CONNECTIONS_ENDED_SLOW)).isEqualTo(1);
        assertThat(rig.drops(DropReason.OUTBOX_DISCONNECTED)).isEqualTo(2);
        assertThat(rig.level(Gauge.OUTBOXES)).isZero();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
        assertThat(rig.fanout.channels()).isEmpty();
    }

    @Test
    void who_takes_nothing_for_too_long_is_disconnected_and_who_takes_a_little_is_not() {
        FakeExchange stalled = hold("a");
        FakeExchange slow = hold("a");
        stalled.sink.block(500);
        slow.sink.block(500);
        rig.stream("a", null, null, "1 ");
        for (int second = 0; second < Rig.STALL_SECONDS - 2; second++) {
            slow.sink.pendingBytes--;
            rig.timers.advance(1000);
        }
        assertThat(stalled.sink.open()).isTrue();
        rig.timers.advance(3000);
        assertThat(stalled.sink.aborted).isTrue();
        assertThat(slow.sink.open()).isTrue();
        assertThat(rig.count(Counter.CONNECTIONS_ENDED_STALLED)).isEqualTo(1);
        assertThat(rig.drops(DropReason.OUTBOX_DISCONNECTED)).isEqualTo(1);
    }

    @Test
    void an_outbox_ends_also_when_the_sink_forgets_to_say_so() {
        FakeExchange client = hold("a");
        client.sink.block(10);
        rig.stream("a", null, null, "1 ");
        client.sink.writable = true;
        rig.timers.advance(1100);
        assertThat(client.sink.text()).isEqualTo("1 ");
    }

    @Test
    void what_waits_goes_out_before_a_proper_end() {
        FakeExchange client = hold("a");
        client.sink.block(10);
        rig.stream("a", null, null, "1 ");
        rig.publish(Rig.streamAction("a", io.sluice.grip.Action.CLOSE, java.util.Map.of()));
        assertThat(client.sink.text()).isEqualTo("1 ");
        assertThat(client.sink.ended).isTrue();
    }

    @Test
    void the_desk_shows_the_worst_first_and_ends_one() {
        FakeExchange well = hold("a");
        FakeExchange slow = hold("a");
        FakeExchange worse = hold("a");
        slow.sink.block(100);
        worse.sink.block(500);
        rig.stream("a", null, null, "1 ");
        List<ConnectionReport> reports = desk.slow(10);
        assertThat(reports).extracting(ConnectionReport::id).containsExactly(worse.id(), slow.id());
        ConnectionReport report = reports.get(0);
        assertThat(report.kind()).isEqualTo(ConnectionReport.Kind.STREAM);
        assertThat(report.channels()).containsExactly("a");
        assertThat(report.channelCount()).isEqualTo(1);
        assertThat(report.pendingMessages()).isEqualTo(1);
        assertThat(report.pendingBytes()).isEqualTo(502);
        assertThat(desk.slow(1)).hasSize(1);
        assertThat(desk.connection(well.id()).result())
                .extracting(ConnectionReport::pendingBytes)
                .containsExactly(0L);
        assertThat(desk.connection("nobody").result()).isEmpty();
        assertThat(desk.disconnect(well.id()).result()).hasSize(1);
        assertThat(well.sink.text()).isEqualTo("1 \nevent: sluice-disconnect\ndata: {\"reason\":\"operator\"}\n\n");
        assertThat(well.sink.ended).isTrue();
        assertThat(desk.disconnect(well.id()).result()).isEmpty();
        assertThat(rig.count(Counter.CONNECTIONS_ENDED_BY_OPERATOR)).isEqualTo(1);
    }

    @Test
    void the_desk_finds_by_any_part_of_who_it_is_and_by_channel() {
        FakeExchange one = hold("prices-EUR");
        assertThat(desk.matching("es-eur", 10).result())
                .extracting(ConnectionReport::id)
                .containsExactly(one.id());
        assertThat(desk.matching(one.id().toUpperCase(java.util.Locale.ROOT), 10)
                        .result())
                .hasSize(1);
        assertThat(desk.matching("es-usd", 10).result()).isEmpty();
        assertThat(LoopDesk.has("abc", "")).isTrue();
        assertThat(LoopDesk.has("ab", "abc")).isFalse();
    }
}
