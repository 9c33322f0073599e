package io.sluice.cli;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/** A held client without a thread of its own: what it got, and when its hold ended. Written by one event loop. */
final class TimedClient {
    private static final String UPGRADE =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final int CLOSE = 0x88;
    private static final byte[] MASKED_CLOSE = {(byte) CLOSE, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xF4};

    private final Buffer got = Buffer.buffer();
    private final boolean socket;
    private volatile String text = "";
    private volatile long endedNanos;
    private volatile boolean over;

    private TimedClient(boolean socket) {
        this.socket = socket;
    }

    static Future<TimedClient> stream(NetClient net, int port, String path) {
        return open(net, port, path, "", new TimedClient(false));
    }

    static Future<TimedClient> socket(NetClient net, int port, String path) {
        return open(net, port, path, UPGRADE, new TimedClient(true));
    }

    private static Future<TimedClient> open(NetClient net, int port, String path, String headers, TimedClient client) {
        return net.connect(port, "127.0.0.1")
                .compose(socket -> {
                    socket.handler(bytes -> client.take(socket, bytes));
                    socket.closeHandler(closed -> client.closed());
                    return socket.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
                })
                .map(client);
    }

    private void take(NetSocket connection, Buffer bytes) {
        got.appendBuffer(bytes);
        text = got.toString(StandardCharsets.ISO_8859_1);
        if (socket && endedNanos == 0 && closeCode() != 0) {
            endedNanos = System.nanoTime();
            connection.write(Buffer.buffer(MASKED_CLOSE));
        }
    }

    private void closed() {
        if (endedNanos == 0) {
            endedNanos = System.nanoTime();
        }
        over = true;
    }

    /** All that came, a character for a byte. */
    String text() {
        return text;
    }

    boolean over() {
        return over;
    }

    long endedNanos() {
        return endedNanos;
    }

    /** Of the close frame; 0 before it came. A text that is sent here has no byte of its kind. */
    int closeCode() {
        String all = text;
        int at = all.indexOf((char) CLOSE);
        return at < 0 || all.length() < at + 4 ? 0 : all.charAt(at + 2) << 8 | all.charAt(at + 3);
    }
}
