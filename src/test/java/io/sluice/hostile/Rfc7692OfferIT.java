package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.bytes;
import static io.sluice.hostile.SocketSiege.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is offered and agreed to for compressed messages (RFC 7692, 5 and 7.1). */
class Rfc7692OfferIT {
    private static final int PROTOCOL_ERROR = 1002;
    private static final String AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static SocketSiege siege;

    @BeforeAll
    static void start() throws Exception {
        siege = SocketSiege.start(List.of(), Map.of("websocket.compression", "true"));
    }

    @AfterAll
    static void stop() throws Exception {
        siege.close();
    }

    @AfterEach
    void unharmed() throws IOException {
        siege.unharmed();
    }

    private static @Nullable String answer(RawUpgrade upgrade) throws IOException {
        try (RawWebSocket client = upgrade.send(siege.port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.head().toLowerCase(Locale.ROOT).split("sec-websocket-extensions:", -1))
                    .hasSizeLessThanOrEqualTo(2);
            return response.header("Sec-WebSocket-Extensions");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=15",
                "permessage-deflate; client_max_window_bits=\"10\"",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "permessage-deflate; unknown, permessage-deflate; client_max_window_bits",
                "x-webkit-deflate-frame, permessage-deflate",
                "foo; bar=\"permessage-deflate, x\", permessage-deflate",
                "permessage-deflate, permessage-deflate; client_max_window_bits",
            })
    void offers_that_are_taken(String offer) throws IOException {
        assertThat(answer(siege.upgrade("c").extensions(offer))).isEqualTo(AGREED);
    }

    /** An offer that names the server's window is taken by naming it as well (7.1.2.1). */
    @Test
    void a_window_of_full_size_is_confirmed() throws IOException {
        assertThat(answer(siege.upgrade("c").extensions("permessage-deflate; server_max_window_bits=15")))
                .isEqualTo(AGREED + "; server_max_window_bits=15");
        assertThat(answer(siege.upgrade("c")
                        .extensions("permessage-deflate; server_max_window_bits=9,"
                                + " permessage-deflate; server_max_window_bits=15; client_max_window_bits,"
                                + " permessage-deflate")))
                .isEqualTo(AGREED + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=14",
                // with parameters that no offer has (7.1)
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; server_max_window_bits=x",
                "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=-9",
                "permessage-deflate; client_max_window_bits; client_max_window_bits",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=x",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; unknown",
                "permessage-deflate; unknown=1; client_max_window_bits",
                // other extensions
                "",
                "x-webkit-deflate-frame",
                "permessage-bzip2",
                "permessage-deflate2",
                "permessage-deflate=1",
                "foo; permessage-deflate",
                "foo; bar=\"permessage-deflate\"",
                ";;,,=,\"",
            })
    void offers_that_are_declined(String offer) throws IOException {
        assertThat(answer(siege.upgrade("c").extensions(offer))).isNull();
    }

    @Test
    void offers_in_two_lines_and_none() throws IOException {
        assertThat(answer(siege.upgrade("c"))).isNull();
        assertThat(answer(siege.upgrade("c")
                        .line("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10")
                        .line("sec-websocket-extensions: foo, permessage-deflate")))
                .isEqualTo(AGREED);
    }

    /** Where the setting is off; elsewhere a compressed message is against the rules. */
    @Test
    void compression_by_route() throws Exception {
        String offer = "permessage-deflate";
        try (SocketSiege routes = SocketSiege.start(List.of("zip.test,compression test"), Map.of())) {
            try (RawWebSocket zipped = routes.upgrade(SocketSiege.CHANNEL)
                            .host("zip.test")
                            .extensions(offer)
                            .open(routes.port());
                    RawWebSocket plain = routes.upgrade(SocketSiege.CHANNEL)
                            .extensions(offer)
                            .open(routes.port())) {
                Frame frame = Deflated.frame(RawWebSocket.TEXT, utf8("x".repeat(300)));
                zipped.send(frame);
                assertThat(Deflated.inflate(zipped.readMessage())).hasSize(300);
                SocketSiege.refuses(plain, bytes(frame), PROTOCOL_ERROR);
            }
        }
    }
}
