package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.Position;
import io.sluice.fanout.Subscribed;
import io.sluice.router.RecordingLoop;
import io.sluice.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions that come back with a position to a channel with a log. */
class ReplaysTest {
    private static final long EPOCH = 7;

    private final Rig rig = new Rig();

    @Test
    void aStreamGoesOnFromTheLogWithoutItsOrigin() {
        logged("2", "3", "4");
        FakeExchange client = rig.accept("/s", "hello ", "Grip-Hold", "stream", "Grip-Channel", "logged; prev-id=2");
        assertThat(client.sink.text()).isEqualTo("hello 3\n4\n");
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void whatTheLogAndTheHomeBothTellGoesOutOnce() {
        logged("2", "3", "4");
        FakeExchange client = rig.accept("/s", "", "Grip-Hold", "stream", "Grip-Channel", "logged; prev-id=2");
        deliver("4", null, 4);
        deliver("5", null, 5);
        deliver("5", null, 5);
        deliver("6", "5", 6);
        assertThat(client.sink.text()).isEqualTo("3\n4\n5\n6\n");
    }

    @Test
    void aPublisherThatNamesAnotherPredecessorIsBelieved() {
        logged("2");
        FakeExchange client = rig.accept(
                "/s",
                "",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "logged; prev-id=2",
                "Grip-Link",
                "</next>; rel=next; timeout=3600");
        deliver("4", "3", 3);
        rig.timers.advance(2000);
        assertThat(client.sink.text()).isEmpty();
        assertThat(rig.origin.waiting()).isEqualTo(1);
    }

    @Test
    void aPositionThatTheLogDoesNotGoBackToIsCountedAndAskedFor() {
        rig.fanout.answers.put("logged", new Subscribed(true, false, "9", true));
        rig.fanout.replays.put("logged 2", new Replayed(false, new Position(EPOCH, 9), List.of()));
        rig.accept(
                "/s",
                "",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "logged; prev-id=2",
                "Grip-Link",
                "</next>; rel=next; timeout=3600");
        rig.timers.advance(2000);
        assertThat(rig.origin.waiting()).isEqualTo(1);
        assertThat(rig.stats.value(DropReason.NOT_IN_LOG)).isEqualTo(1);
    }

    @Test
    void aStreamWithoutALinkEndsAtAGap() {
        rig.fanout.answers.put("logged", new Subscribed(true, false, null, true));
        FakeExchange client = rig.accept("/s", "hello", "Grip-Hold", "stream", "Grip-Channel", "logged");
        rig.fanout.subscriptions.get(0).subscriber().gap();
        assertThat(client.sink.open()).isFalse();
    }

    @Test
    void aStreamWithoutALinkEndsWhereSomethingIsMissing() {
        logged("2");
        FakeExchange client = rig.accept("/s", "", "Grip-Hold", "stream", "Grip-Channel", "logged; prev-id=2");
        deliver("3", null, 3);
        deliver("5", null, 5);
        assertThat(client.sink.text()).isEqualTo("3\n");
        assertThat(client.sink.open()).as("it comes again, and says 3").isFalse();
    }

    @Test
    void aStreamWithoutALinkWhosePositionIsNotFoundOutComesAgain() {
        rig.fanout.answers.put("logged", new Subscribed(true, false, "9", true));
        FakeExchange client = rig.accept(
                "/s",
                "hello",
                "Content-Type",
                "text/event-stream",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "logged; prev-id=2");
        assertThat(client.sink.text()).as("a head, that it may come again").isEqualTo("hello");
        rig.timers.advance(2000);
        assertThat(client.sink.open()).isFalse();
        assertThat(client.sink.text()).as("and with its id").isEqualTo("hello");
    }

    @Test
    void anEventSourceWhosePositionIsInNoLogBeginsAnew() {
        rig.fanout.answers.put("logged", new Subscribed(true, false, "9", true));
        rig.fanout.replays.put("logged 2", new Replayed(false, new Position(EPOCH, 9), List.of()));
        FakeExchange client = rig.accept(
                "/s",
                "",
                "Content-Type",
                "text/event-stream",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "logged; prev-id=2");
        rig.timers.advance(2000);
        assertThat(client.sink.open()).isFalse();
        assertThat(client.sink.text()).isEqualTo("\nevent: sluice-gap\nid:\ndata: {\"reason\":\"not-in-log\"}\n\n");
    }

    @Test
    void aNewChannelIsNoGap() {
        rig.fanout.answers.put("logged", new Subscribed(true, true, null, true));
        rig.fanout.replays.put("logged 2", new Replayed(false, new Position(EPOCH, 0), List.of()));
        FakeExchange client = rig.accept("/s", "", "Grip-Hold", "stream", "Grip-Channel", "logged; prev-id=2");
        rig.timers.advance(5000);
        assertThat(client.sink.open()).isTrue();
        deliver("3", "2", 1);
        assertThat(client.sink.text()).isEqualTo("3\n");
    }

    /** The client stands at the first; the home knows all. */
    private void logged(String first, String... later) {
        String last = later.length == 0 ? first : later[later.length - 1];
        long at = Long.parseLong(first);
        var items = new ArrayList<NodeMessage.Numbered>();
        for (String id : later) {
            items.add(new NodeMessage.Numbered(
                    RecordingLoop.item("logged", id, null), new Position(EPOCH, at + items.size() + 1)));
        }
        rig.fanout.answers.put("logged", new Subscribed(true, false, last, true));
        rig.fanout.replays.put("logged " + first, new Replayed(true, new Position(EPOCH, at), items));
    }

    private void deliver(String id, @Nullable String prevId, long sequence) {
        rig.fanout.publish(RecordingLoop.item("logged", id, prevId), new Position(EPOCH, sequence));
    }
}
