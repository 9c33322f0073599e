package io.sluice.protocol;

import io.sluice.testing.RawWebSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The WebSocket origin of one path: accepts every connection, and hands it to the test, which reads and writes it. */
final class WsOrigin implements AutoCloseable {
    private final BlockingQueue<RawWebSocket> accepted = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);

    /** @param headers of its 101 */
    WsOrigin(ScriptedOrigin origin, String path, List<String> headers) {
        origin.onSocket(path, (head, in, socket) -> {
            String key = String.valueOf(head.header("Sec-WebSocket-Key"));
            accepted.add(RawWebSocket.accept(socket, in, key, headers.toArray(String[]::new)));
            over.await();
        });
    }

    /** The next connection of the gateway, when there is one. */
    RawWebSocket next() throws InterruptedException {
        RawWebSocket socket = accepted.poll(20, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("no connection of the gateway");
        }
        return socket;
    }

    /** Closes what is open still. */
    @Override
    public void close() {
        over.countDown();
    }
}
