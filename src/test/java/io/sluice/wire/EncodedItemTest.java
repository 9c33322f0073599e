package io.sluice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EncodedItemTest {
    private final MessageDeflate deflate = new MessageDeflate();
    private final List<EncodedItem> items = new ArrayList<>();

    @AfterEach
    void close() {
        items.forEach(EncodedItem::release);
        deflate.close();
    }

    @Test
    void aMessageIsOneFrame() {
        var item = message(Action.SEND, Format.WsMessage.Type.TEXT, "hello".getBytes(UTF_8));
        assertThat(hex(item.messageFrame())).isEqualTo("810568656c6c6f");
        assertThat(item.streamChunk()).isNull();
        var binary = message(Action.SEND, Format.WsMessage.Type.BINARY, new byte[200]);
        assertThat(hex(binary.messageFrame())).startsWith("827e00c8");
        assertThat(hex(message(Action.SEND, Format.WsMessage.Type.PING, new byte[0])
                        .messageFrame()))
                .isEqualTo("8900");
    }

    @Test
    void actionsAndOtherFormatsHaveNoFrame() {
        for (Action action : Action.values()) {
            var item = message(action, Format.WsMessage.Type.TEXT, new byte[200]);
            assertThat(item.messageFrame() == null).isEqualTo(action != Action.SEND);
            assertThat(item.deflatedFrame(deflate) == null).isEqualTo(action != Action.SEND);
        }
        var stream = encoded(item(new Format.HttpStream(Action.SEND, new byte[] {'x'}, null), null));
        assertThat(stream.messageFrame()).isNull();
        assertThat(stream.deflatedFrame(deflate)).isNull();
        assertThat(hex(stream.streamChunk())).isEqualTo("310d0a780d0a");
        assertThat(hex(stream.streamContent())).isEqualTo("78");
    }

    @Test
    void theCompressedFrameIsMadeOnceAndShared() throws Exception {
        byte[] content = "all the same ".repeat(100).getBytes(UTF_8);
        var item = message(Action.SEND, Format.WsMessage.Type.TEXT, content);
        ByteBuf frame = Objects.requireNonNull(item.deflatedFrame(deflate));
        var other = new MessageDeflate();
        assertThat(item.deflatedFrame(other)).isSameAs(frame);
        other.close();
        byte[] bytes = ByteBufUtil.getBytes(frame);
        assertThat(bytes[0]).as("FIN, RSV1, text").isEqualTo((byte) 0xc1);
        assertThat((int) bytes[1]).isEqualTo(bytes.length - 2);
        assertThat(deflate.inflate(Arrays.copyOfRange(bytes, 2, bytes.length), content.length))
                .isEqualTo(content);
    }

    @Test
    void whatIsSmallOrControlIsNotCompressed() {
        var small = message(Action.SEND, Format.WsMessage.Type.TEXT, new byte[127]);
        assertThat(small.deflatedFrame(deflate)).isSameAs(small.messageFrame());
        var ping = message(Action.SEND, Format.WsMessage.Type.PING, new byte[125]);
        assertThat(ping.deflatedFrame(deflate)).isSameAs(ping.messageFrame());
    }

    @Test
    void allFormsAreReleasedWithTheItem() {
        var item = new EncodedItem(
                item(
                        new Format.HttpStream(Action.SEND, new byte[] {'x'}, null),
                        new Format.WsMessage(Action.SEND, Format.WsMessage.Type.BINARY, new byte[500], -1, "", null)),
                new Position(1, 1));
        ByteBuf chunk = Objects.requireNonNull(item.streamChunk());
        ByteBuf frame = Objects.requireNonNull(item.messageFrame());
        ByteBuf compressed = Objects.requireNonNull(item.deflatedFrame(deflate));
        item.retain();
        assertThat(item.release()).isFalse();
        assertThat(frame.refCnt()).isEqualTo(1);
        assertThat(item.release()).isTrue();
        assertThat(chunk.refCnt() + frame.refCnt() + compressed.refCnt()).isZero();
    }

    private EncodedItem message(Action action, Format.WsMessage.Type type, byte[] content) {
        return encoded(item(null, new Format.WsMessage(action, type, content, -1, "", null)));
    }

    private EncodedItem encoded(PublishItem item) {
        var encoded = new EncodedItem(item, new Position(1, 1));
        items.add(encoded);
        return encoded;
    }

    private static PublishItem item(Format.@Nullable HttpStream stream, Format.@Nullable WsMessage message) {
        return new PublishItem("a", null, null, false, -1, Map.of(), null, stream, message);
    }

    private static String hex(@Nullable ByteBuf bytes) {
        return ByteBufUtil.hexDump(Objects.requireNonNull(bytes));
    }
}
