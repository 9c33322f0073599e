package io.sluice.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import io.sluice.wire.PublishItemArbitrary;
import io.sluice.wire.WireException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BusCodecsTest {
    private static final Position POSITION = new Position(Long.MIN_VALUE + 7, 3);

    @Property(tries = 100)
    void itemsComeBackInTheirMessages(@ForAll("items") @Size(max = 4) List<PublishItem> items, @ForAll int hops) {
        var append = new HomeMessage.Append(items, hops);
        assertThat(over(BusCodecs.APPEND, append)).usingRecursiveComparison().isEqualTo(append);
        var deliver = new NodeMessage.Deliver(items.stream()
                .map(item -> new NodeMessage.Numbered(item, POSITION))
                .toList());
        assertThat(over(BusCodecs.DELIVER, deliver)).usingRecursiveComparison().isEqualTo(deliver);
    }

    @Test
    void otherMessagesComeBack() {
        same(BusCodecs.SUBSCRIBE, new HomeMessage.Subscribe("n", "c", 1L << 60));
        same(BusCodecs.UNSUBSCRIBE, new HomeMessage.Unsubscribe("n", "c", 0));
        same(BusCodecs.FORGET, new HomeMessage.Forget("c", "id"));
        same(BusCodecs.SUBSCRIBED_AT, new NodeMessage.SubscribedAt("c", 7, POSITION, true, null));
        same(BusCodecs.SUBSCRIBED_AT, new NodeMessage.SubscribedAt("ü", 7, POSITION, false, "id"));
        same(BusCodecs.RECOVER, new Control.Recover());
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
                BusCodecs.DELIVER,
                BusCodecs.SUBSCRIBE,
                BusCodecs.UNSUBSCRIBE,
                BusCodecs.FORGET,
                BusCodecs.SUBSCRIBED_AT,
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
