package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.vertx.core.buffer.Buffer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ItemCodecTest {
    @Property(tries = 300)
    void anItemComesBackAsItWas(@ForAll("items") PublishItem item, @ForAll @Size(max = 5) byte[] before) {
        Buffer buffer = Buffer.buffer(before);
        ItemCodec.write(new WireOut(buffer), item);
        var in = new WireIn(buffer, before.length);
        assertThat(ItemCodec.read(in)).usingRecursiveComparison().isEqualTo(item);
        assertThat(in.position()).isEqualTo(buffer.length());
        assertThat(ItemCodec.sizeHint(item)).isPositive();
    }

    @Property(tries = 300)
    void anItemCutShortIsRefused(@ForAll("items") PublishItem item, @ForAll int cut) {
        Buffer buffer = Buffer.buffer();
        ItemCodec.write(new WireOut(buffer), item);
        Buffer part = buffer.getBuffer(0, Math.floorMod(cut, buffer.length()));
        assertThatThrownBy(() -> ItemCodec.read(new WireIn(part, 0))).isInstanceOf(WireException.class);
    }

    @Property(tries = 2000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        try {
            assertThat(ItemCodec.read(new WireIn(Buffer.buffer(bytes), 0)).channel())
                    .isNotNull();
        } catch (WireException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property
    void numbersComeBack(@ForAll long number, @ForAll long fixed, @ForAll boolean bool) {
        Buffer buffer = Buffer.buffer();
        var out = new WireOut(buffer);
        out.number(number);
        out.fixed64(fixed);
        out.bool(bool);
        ItemCodec.writePosition(out, new Position(fixed, number));
        var in = new WireIn(buffer, 0);
        assertThat(in.number()).isEqualTo(number);
        assertThat(in.fixed64()).isEqualTo(fixed);
        assertThat(in.bool()).isEqualTo(bool);
        assertThat(ItemCodec.readPosition(in)).isEqualTo(new Position(fixed, number));
    }

    @Test
    void smallNumbersTakeOneByte() {
        Buffer buffer = Buffer.buffer();
        new WireOut(buffer).number(63);
        new WireOut(buffer).number(-1);
        assertThat(buffer.length()).isEqualTo(2);
    }

    @Test
    void aNumberThatDoesNotEndIsRefused() {
        Buffer buffer = Buffer.buffer();
        for (int i = 0; i < 20; i++) {
            buffer.appendByte((byte) 0xFF);
        }
        assertThatThrownBy(() -> new WireIn(buffer, 0).number()).isInstanceOf(WireException.class);
    }

    @Provide
    Arbitrary<PublishItem> items() {
        return PublishItemArbitrary.items();
    }
}
