package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.grip.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SocketFrameTest {
    @ParameterizedTest
    @CsvSource({
        "TEXT, true, 0, false, 8100",
        "TEXT, true, 5, false, 8105",
        "TEXT, true, 125, true, c17d",
        "TEXT, true, 126, false, 817e007e",
        "BINARY, true, 65535, false, 827effff",
        "BINARY, false, 65536, true, 427f0000000000010000",
        "CONTINUATION, false, 1, false, 0001",
        "CONTINUATION, true, 1, false, 8001",
        "CLOSE, true, 2, false, 8802",
        "PING, true, 0, false, 8900",
        "PONG, true, 125, false, 8a7d",
    })
    void headsSayTypeLengthAndEnd(SocketFrame.Type type, boolean last, int length, boolean compressed, String hex) {
        ByteBuf head = Unpooled.buffer();
        new SocketFrame(type, last, new byte[length]).writeHead(head, compressed);
        assertThat(ByteBufUtil.hexDump(head)).isEqualTo(hex);
        assertThat(SocketFrame.headBytes(length)).isEqualTo(head.readableBytes());
    }

    @Test
    void aSharedFrameIsHeadAndContent() {
        ByteBuf shared =
                SocketFrame.whole(SocketFrame.Type.TEXT, new byte[] {'h', 'i'}).toShare();
        assertThat(ByteBufUtil.hexDump(shared)).isEqualTo("81026869");
        assertThat(shared.isDirect()).isTrue();
        assertThat(shared.release()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Format.WsMessage.Type.class)
    void messagesHaveFramesOfTheirName(Format.WsMessage.Type type) {
        SocketFrame.Type frame = SocketFrame.Type.of(type);
        assertThat(frame.name()).isEqualTo(type.name());
        assertThat(frame.control()).isEqualTo(type == Format.WsMessage.Type.PING || type == Format.WsMessage.Type.PONG);
    }
}
