package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.stats.Gauge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Random bytes, and requests with random damage, on all ports for a while. {@code -Dsluice.fuzz.seed=N} repeats a run, {@code
 * -Dsluice.fuzz.seconds=N} makes it longer.
 */
class FuzzIT {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("sluice.fuzz.seconds", 20));
    private static final int PATIENCE_MILLIS = 30;
    private static final int LOOK_EVERY = 100;

    private static final String ITEM = Siege.item("fuzz", "data: x\n\n");
    private static final List<String> REQUESTS = List.of(
            Siege.get("/"),
            Siege.get("/hold?fuzz"),
            Siege.get("/?callback=cb&_method=GET"),
            "HEAD /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET http://y:80/path?q HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nIf-None-Match: \"1\"\r\n\r\n",
            "POST /publish/ HTTP/1.1\r\nHost: x\r\nContent-Length: " + ITEM.length() + "\r\n\r\n" + ITEM,
            "POST /publish/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(ITEM.length()) + ";a=b\r\n" + ITEM + "\r\n0\r\nT: u\r\n\r\n",
            "POST /recover HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
            """
            GET /chat HTTP/1.1
            Host: x
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

            """.replace("\n", "\r\n"));
    private static final List<String> PIECES = List.of(
            "\r\n",
            "\n",
            "\r",
            "\r\n\r\n",
            "\0",
            " ",
            "\t",
            ":",
            ": ",
            "HTTP/1.1",
            "HTTP/1.0",
            "%",
            "%2e",
            "//",
            "?",
            "\u00ff",
            "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Host: y\r\n",
            "0\r\n\r\n",
            "ffffffff\r\n",
            "-1",
            "99999999999",
            "Grip-Sig: x\r\n",
            "Grip-Hold: stream\r\n",
            "\"",
            "{",
            "[",
            "\\u0000",
            "null",
            "1e999",
            ";q=",
            "Accept: application/json\r\n",
            "Connection: close\r\n",
            "Connection: content-length, host\r\n");

    private static String damaged(Random random) {
        if (random.nextInt(10) == 0) {
            byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 70_000 : 300)];
            random.nextBytes(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        var text = new StringBuilder();
        for (int request = 1 + random.nextInt(3); request > 0; request--) {
            text.append(one(REQUESTS, random));
        }
        for (int damage = random.nextInt(5); damage > 0 && text.length() > 1; damage--) {
            damage(text, random);
        }
        return text.toString();
    }

    private static void damage(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(20));
        switch (random.nextInt(5)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(256));
            case 1 -> text.insert(at, one(PIECES, random));
            case 2 -> text.delete(at, end);
            case 3 -> text.insert(at, text.substring(at, end).repeat(random.nextInt(5)));
            default -> text.setLength(at);
        }
    }

    private static String one(List<String> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    @Test
    void nothing_that_is_sent_does_harm() throws Exception {
        long seed = Long.getLong("sluice.fuzz.seed", System.nanoTime());
        System.out.println("FuzzIT: -Dsluice.fuzz.seed=" + seed);
        var random = new Random(seed);
        try (Siege siege = Siege.start(List.of(), Map.of())) {
            long end = System.nanoTime() + TIME.toNanos();
            int sent = 0;
            while (System.nanoTime() < end) {
                String bytes = damaged(random);
                String answer = exchange(siege.ports()[random.nextInt(3)], bytes, random);
                assertThat(answer)
                        .as("seed %s, attack %s: %s", seed, sent, bytes)
                        .doesNotContain("HTTP/1.1 500");
                assertThat(answer.isEmpty() || answer.startsWith("HTTP/1."))
                        .as("seed %s, attack %s: %s: %s", seed, sent, bytes, answer)
                        .isTrue();
                if (++sent % LOOK_EVERY == 0) {
                    siege.unharmed();
                }
            }
            System.out.println("FuzzIT: attacks=" + sent);
            siege.unharmed();
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(siege.gateway().gateway().stats().value(Gauge.CONNECTIONS))
                                    .isEqualTo(1));
            siege.noLeaks();
        }
    }

    private static String exchange(int port, String bytes, Random random) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            int cut = bytes.isEmpty() || random.nextBoolean() ? bytes.length() : random.nextInt(bytes.length());
            try {
                send(socket, bytes.substring(0, cut));
                send(socket, bytes.substring(cut));
                switch (random.nextInt(6)) {
                    case 0 -> socket.shutdownOutput();
                    case 1 -> {
                        socket.setSoLinger(true, 0);
                        return "";
                    }
                    default -> {}
                }
            } catch (IOException refused) {
                // The answer may be there for all that.
            }
            return read(socket.getInputStream());
        }
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What comes before the connection is closed, or nothing more comes for a moment. */
    private static String read(InputStream in) {
        var all = new ByteArrayOutputStream();
        byte[] part = new byte[4096];
        try {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                all.write(part, 0, count);
            }
        } catch (SocketTimeoutException enough) {
            // the server waits for more, or holds
        } catch (IOException reset) {
            // as good
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }
}
