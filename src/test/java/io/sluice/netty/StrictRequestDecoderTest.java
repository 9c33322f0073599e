package io.sluice.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StrictRequestDecoderTest {
    private static final String REQUESTS = String.join(
            "",
            "\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\r\n",
            "POST http://y:8/c?d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            "3\r\nabc\r\n2;e=f\r\nde\r\n0\r\nT: u\r\n\r\n",
            "GET http://y HTTP/1.1\r\n\r\n",
            "GET /e HTTP/1.0\r\n\r\n");
    private static final String MEANING =
            "GET /a x[]" + "POST /b x[hello]" + "POST /c?d y:8[abcde]" + "GET / y[]" + "GET /e localhost[]";

    /** What came out, as text; a failure as {@code !} and its reason. */
    private static String decode(int headBytes, String input, Random random) {
        var channel = new EmbeddedChannel();
        channel.pipeline().addLast("httpDecoder", new ChannelInboundHandlerAdapter());
        channel.pipeline().addLast("httpEncoder", new ChannelOutboundHandlerAdapter());
        ClientChannel.take(channel.pipeline(), new ClientLimits(headBytes, 8, 4096, 65_536));
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
            ByteBuf part = Unpooled.copiedBuffer(bytes, at, length);
            channel.writeInbound(part);
            at += length;
        }
        var text = new StringBuilder();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            describe(message, text);
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return text.toString();
    }

    private static void describe(Object message, StringBuilder text) {
        if (message instanceof HttpRequest request) {
            if (request.decoderResult().isFailure()) {
                text.append('!').append(request.decoderResult().cause().getMessage());
                return;
            }
            text.append(request.method() + " " + request.uri() + " "
                    + request.headers().get("Host") + "[");
        }
        if (message instanceof HttpContent content && !(message instanceof HttpRequest)) {
            if (content.decoderResult().isFailure()) {
                text.append("!chunk");
                return;
            }
            text.append(content.content().toString(StandardCharsets.ISO_8859_1));
            if (message instanceof LastHttpContent) {
                text.append(']');
            }
        }
    }

    @Property(tries = 300)
    void however_the_bytes_come_the_requests_are_the_same(@ForAll long seed) {
        assertThat(decode(200, REQUESTS, new Random(seed))).isEqualTo(MEANING);
    }

    @Property(tries = 100)
    void after_a_refusal_nothing_more_is_read(@ForAll long seed) {
        String input = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + "GET /b HTTP/1.1\r\nHost : x\r\n\r\n" + REQUESTS;
        assertThat(decode(200, input, new Random(seed)))
                .isEqualTo("GET /a x[]!Failed to parse request: illegal character in a header name.");
    }

    @Property(tries = 100)
    void the_limit_counts_the_whole_head_to_the_byte(@ForAll long seed) {
        String head = "GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(300) + "\r\n\r\n";
        assertThat(decode(head.length(), head, new Random(seed))).isEqualTo("GET / x[]");
        assertThat(decode(head.length() - 1, head, new Random(seed)))
                .isEqualTo("!Request header size exceeded limit of " + (head.length() - 1) + " bytes.");
        String unfinished = head.substring(0, head.length() - 4) + "y".repeat(9);
        assertThat(decode(head.length(), unfinished, new Random(seed)))
                .isEqualTo("!Request header size exceeded limit of " + head.length() + " bytes.");
        assertThat(decode(100, "GET /" + "x".repeat(101), new Random(seed)))
                .isEqualTo("!Request line size exceeded limit of 100 bytes.");
    }

    @Test
    void broken_chunks() {
        String head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (String body : new String[] {
            "x\r\n",
            "-1\r\n",
            " 1\r\na\r\n",
            "0x1\r\na\r\n",
            "ffffffffff\r\n",
            "\r\n",
            "1\na\n",
            "1;\n\r\na\r\n",
            "1;a\nb\r\na\r\n"
        }) {
            assertThat(decode(200, head + body, new Random(1))).as(body).endsWith("!chunk");
        }
        assertThat(decode(200, head + "1\r\nab\r\n0\r\n\r\n", new Random(1))).endsWith("[a!chunk");
    }
}
