package io.sluice.hostile;

import static io.sluice.hostile.RawStreams.CONTINUATION;
import static io.sluice.hostile.RawStreams.END_HEADERS;
import static io.sluice.hostile.RawStreams.END_STREAM;
import static io.sluice.hostile.RawStreams.HEADERS;
import static io.sluice.hostile.RawStreams.PING;
import static io.sluice.hostile.RawStreams.RST_STREAM;
import static io.sluice.hostile.RawStreams.SETTINGS;
import static io.sluice.hostile.RawStreams.frame;
import static io.sluice.hostile.RawStreams.repeated;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.netty.RawClient;
import io.sluice.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean no good, on the port for TLS: before they are taken, and with the frames of HTTP/2. Others get their messages meanwhile. */
@Timeout(60)
class HostileTlsIT {
    private static final long ENHANCE_YOUR_CALM = 11;

    @TempDir
    private static Path certificates;

    private static Siege siege;
    private static int port;

    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

    @BeforeAll
    static void start() throws Exception {
        TestCertificates.server(certificates, "default", "EC", "localhost");
        siege = Siege.start(List.of(), Map.of("http.tls-certificates", certificates.toString(), "http.tls-port", "0"));
        port = siege.gateway().gateway().httpsPort();
    }

    @AfterAll
    static void stop() throws Exception {
        siege.noLeaks();
        siege.close();
    }

    @AfterEach
    void unharmed() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        siege.unharmed();
        try (RawStreams client = new RawStreams(port).begin()) {
            client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, RawStreams.get()));
        }
    }

    private RawStreams client() throws Exception {
        var client = new RawStreams(port);
        open.add(client);
        return client;
    }

    @Test
    void requests_that_are_taken_back_at_once() throws Exception {
        var all = new ByteArrayOutputStream();
        for (int stream = 1; stream < 1000; stream += 2) {
            all.writeBytes(frame(HEADERS, END_HEADERS | END_STREAM, stream, RawStreams.get()));
            all.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
        }
        RawStreams client = client().begin();
        client.cutWhileSending(all.toByteArray(), 1);
        siege.unharmed();
        assertThat(client.ended()).hasValue(ENHANCE_YOUR_CALM);
    }

    @Test
    void a_head_in_pieces_without_end() throws Exception {
        for (int bytes : new int[] {0, 1, 8_000}) {
            RawStreams client = client().begin();
            client.cutWhileSending(frame(HEADERS, END_STREAM, 1, RawStreams.get()), 1);
            byte[] piece = new byte[bytes];
            Arrays.fill(piece, (byte) 0x82);
            client.cutWhileSending(frame(CONTINUATION, 0, 1, piece), 100);
            siege.unharmed();
            assertThat(client.ended()).isPresent();
        }
    }

    @Test
    void pings_and_settings_whose_answers_are_not_read() throws Exception {
        for (byte[] flood : List.of(
                repeated(frame(PING, 0, 0, new byte[8]), 1000), repeated(frame(SETTINGS, 0, 0, new byte[0]), 1000))) {
            RawStreams client = client().begin();
            // Some 700 are enough where the server has read them all; on a slow machine it has not.
            assertThat(client.cutWhileSending(flood, 20_000)).as("cut").isTrue();
            siege.unharmed();
            // The farewell is lost with what is before it when it is not taken in time.
            assertThat(client.ended().orElse(ENHANCE_YOUR_CALM)).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void handshakes_that_do_not_come_to_an_end() throws Exception {
        var clients = new ArrayDeque<RawClient>();
        for (int i = 0; i < 200; i++) {
            var client = new RawClient(port);
            open.add(client);
            clients.add(client);
            // The beginning of a ClientHello, of half of them.
            client.send(i % 2 == 0 ? "" : "\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000\u00fc\u0003\u0003");
        }
        siege.unharmed();
        for (RawClient client : clients) {
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void clients_that_never_say_their_settings() throws Exception {
        var clients = new ArrayDeque<RawStreams>();
        for (int i = 0; i < 40; i++) {
            clients.add(client());
        }
        RawStreams dripping = client();
        byte[] preface = RawStreams.preface();
        siege.unharmed();
        for (int i = 0; i < clients.size(); i++) {
            // Those at the front are gone by then, the last ones have sent some bytes of theirs.
            if (i < preface.length) {
                dripping.cutWhileSending(new byte[] {preface[i]}, 1);
            }
            clients.poll().ended();
        }
        dripping.ended();
        siege.unharmed();
    }

    @Test
    void heads_byte_by_byte_on_the_other_ports() throws Exception {
        for (int other : new int[] {siege.controlPort(), siege.opsPort()}) {
            try (var whole = new RawClient(other);
                    var part = new RawClient(other)) {
                String head = Siege.get("/");
                for (int i = 0; i < head.length(); i++) {
                    whole.send(head.substring(i, i + 1));
                    sendIfOpen(part, i < head.length() - 4 ? head.substring(i, i + 1) : "");
                }
                assertThat(whole.answer().status()).isEqualTo(200);
                siege.unharmed();
                assertThat(part.answer().status()).isEqualTo(408);
                assertThat(part.closed()).isTrue();
            }
        }
    }

    private static void sendIfOpen(RawClient client, String text) throws IOException {
        if (!text.isEmpty()) {
            client.send(text);
        }
    }
}
