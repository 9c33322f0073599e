package io.sluice.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import io.sluice.trace.Stage;
import io.sluice.trace.Tally;
import io.sluice.trace.TraceLine;
import io.sluice.wire.PublishItemArbitrary;
import io.sluice.wire.WireException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BusCodecsTest {
    private static final Position POSITION = new Position(Long.MIN_VALUE + 7, 3);

    @Property(tries = 100)
    void itemsComeBackInTheirMessages(@ForAll("items") @Size(max = 4) List<PublishItem> items, @ForAll int hops) {
        var append = new HomeMessage.Append(items, hops);
        assertThat(over(BusCodecs.APPEND, append)).usingRecursiveComparison().isEqualTo(append);
        List<NodeMessage.Numbered> numbered = items.stream()
                .map(item -> new NodeMessage.Numbered(item, POSITION))
                .toList();
        var entries = new ArrayList<NodeMessage.Entry>(numbered);
        entries.add(new NodeMessage.Head("c", POSITION));
        entries.add(new NodeMessage.SubscribedAt("ü", 7, POSITION, false, "id", true, numbered));
        entries.add(new NodeMessage.SubscribedAt("c", 7, POSITION, true, null, false, List.of()));
        var packet = new NodeMessage.Packet("n", 1L << 61, hops, entries);
        assertThat(over(BusCodecs.PACKET, packet)).usingRecursiveComparison().isEqualTo(packet);
    }

    private static ConnectionReport report(@Nullable String client) {
        return new ConnectionReport(
                "n",
                "n-0-1",
                ConnectionReport.Kind.WEBSOCKET,
                client,
                "10.0.0.1",
                "route",
                "/path",
                "agent ü",
                List.of("A: b"),
                List.of("c", "d"),
                20_000,
                List.of("d"),
                300,
                1L << 40,
                2,
                3,
                4,
                5,
                6);
    }

    @Test
    void otherMessagesComeBack() {
        same(BusCodecs.SUBSCRIBE, new HomeMessage.Subscribe("n", "c", 1L << 60, null));
        same(BusCodecs.SUBSCRIBE, new HomeMessage.Subscribe("n", "c", 1L << 60, POSITION));
        same(BusCodecs.ACK, new HomeMessage.Ack("n", 1L << 60, 3));
        same(BusCodecs.UNSUBSCRIBE, new HomeMessage.Unsubscribe("n", "c", 0));
        same(BusCodecs.FORGET, new HomeMessage.Forget("c", "id"));
        same(BusCodecs.EVICT, new ClaimMessage.Evict("ü", "c1", 1L << 60, "n2", "c2", (1L << 60) + 1));
        same(BusCodecs.CONFIRM, new ClaimMessage.Confirm("ann", "c1", 7));
        same(BusCodecs.CLAIM_HELD, new ClaimHeld(true));
        same(PresenceCodecs.OF_CHANNEL, new PresenceQuestion.OfChannel("ü/1"));
        same(PresenceCodecs.CHANNELS, new PresenceQuestion.Channels("a", "", 1000));
        var tally = new SubscriptionTally(1, 1L << 40, 3);
        same(PresenceCodecs.PRESENCE, new ChannelPresence(tally, 9, List.of("ann", "bob")));
        same(PresenceCodecs.LIST, new ChannelList(List.of(new ChannelList.Line("a", tally)), true));
        same(PresenceCodecs.OF_ITEM, new PresenceQuestion.OfItem("c", "", 50));
        same(ItemWayCodec.CODEC, new ItemWay(0, List.of()));
        var counts = new Tally(
                1, 2, 3, 4, 5, Map.of("f", 6L), Map.of("d", 7L, "e", 8L), List.of(new Tally.Named("a", "", "b")));
        same(
                ItemWayCodec.CODEC,
                new ItemWay(
                        9,
                        List.of(
                                new TraceLine(1L << 50, Stage.ARRIVED, "c", "ü", POSITION, 1, List.of(), "r", counts),
                                new TraceLine(0, Stage.REFUSED, "c", "", null, 1, List.of("n", "m"), "", null))));
        same(PresenceCodecs.SLOW, new PresenceQuestion.Slow(21));
        same(PresenceCodecs.OF_CONNECTION, new PresenceQuestion.OfConnection("n-0-1"));
        same(PresenceCodecs.OF_CLIENT, new PresenceQuestion.OfClient("änn", 7));
        same(PresenceCodecs.MATCHING, new PresenceQuestion.Matching("Ü", 1001));
        same(PresenceCodecs.DISCONNECT, new PresenceQuestion.Disconnect("n-0-1"));
        same(PresenceCodecs.REPORTS, new ConnectionReports(List.of(report(null), report("ann"))));
        same(PresenceCodecs.NAMED, new PresenceQuestion.Named(List.of("ü", "")));
        same(PresenceCodecs.OF_NODE, new PresenceQuestion.OfNode(20));
        same(
                OverviewCodec.CODEC,
                new NodeOverview(
                        "1",
                        List.of("why"),
                        true,
                        Map.of("a", -1L, "b", 1L << 60),
                        Map.of(),
                        Map.of("t", List.of(1L, 0L, 3L)),
                        new NodeOverview.Activity(10_000, Map.of("c", 5L))));
        same(BusCodecs.RECOVER, new Control.Recover());
        same(BusCodecs.REFRESH_CHANNEL, new Control.RefreshChannel("c"));
        same(BusCodecs.RECEIPT, new AppendReceipt(List.of()));
        same(
                BusCodecs.RECEIPT,
                new AppendReceipt(List.of(
                        new ItemOutcome(true, false, POSITION),
                        new ItemOutcome(false, true, POSITION),
                        new ItemOutcome(false, false, POSITION, DropReason.SEQUENCER_CONFLICT))));
    }

    @Test
    void aMessageOfAnotherVersionIsRefused() {
        Buffer buffer = Buffer.buffer();
        BusCodecs.FORGET.encodeToWire(buffer, new HomeMessage.Forget("c", "id"));
        buffer.setByte(0, (byte) 2);
        assertThatThrownBy(() -> BusCodecs.FORGET.decodeFromWire(0, buffer))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("version 2");
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        Buffer buffer = Buffer.buffer().appendByte((byte) 1).appendBytes(bytes);
        for (MessageCodec<?, ?> codec : List.of(
                BusCodecs.APPEND,
                BusCodecs.PACKET,
                BusCodecs.SUBSCRIBE,
                BusCodecs.UNSUBSCRIBE,
                BusCodecs.FORGET,
                BusCodecs.ACK,
                BusCodecs.EVICT,
                BusCodecs.CONFIRM,
                BusCodecs.CLAIM_HELD,
                PresenceCodecs.OF_CHANNEL,
                PresenceCodecs.CHANNELS,
                PresenceCodecs.PRESENCE,
                PresenceCodecs.LIST,
                PresenceCodecs.OF_ITEM,
                ItemWayCodec.CODEC,
                PresenceCodecs.NAMED,
                PresenceCodecs.OF_NODE,
                OverviewCodec.CODEC,
                BusCodecs.RECEIPT)) {
            try {
                assertThat(codec.decodeFromWire(0, buffer)).isNotNull();
            } catch (WireException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void insideANodeItIsTheSameObject() {
        var forget = new HomeMessage.Forget("c", "id");
        assertThat(BusCodecs.FORGET.transform(forget)).isSameAs(forget);
    }

    @Provide
    Arbitrary<List<PublishItem>> items() {
        return PublishItemArbitrary.items().list().ofMaxSize(4);
    }

    private static <T> void same(MessageCodec<T, T> codec, T message) {
        assertThat(over(codec, message)).isEqualTo(message);
    }

    private static <T> T over(MessageCodec<T, T> codec, T message) {
        Buffer buffer = Buffer.buffer("head");
        codec.encodeToWire(buffer, message);
        return codec.decodeFromWire(4, buffer);
    }
}
