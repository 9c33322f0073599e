package io.sluice.origin;

import static io.sluice.origin.VertxOriginClientTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Target;
import io.sluice.origin.OriginException.Kind;
import io.sluice.testing.RawOrigin;
import io.sluice.testing.TestCertificates;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The origin's certificate is good for example.com and localhost, and trusted where the test says so. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
    private static final Path PEM = TestCertificates.tls("example.com", "localhost");

    private final Loop trusting = new Loop(Fixtures.LIMITS, new PemTrustOptions().addCertPath(pem("origin.pem")));
    private final Loop strange = new Loop(Fixtures.LIMITS);
    private @Nullable HttpServer server;

    private static String pem(String name) {
        return PEM.resolve(name).toString();
    }

    @BeforeEach
    void start() throws TimeoutException {
        start(ClientAuth.NONE);
    }

    private void start(ClientAuth auth) throws TimeoutException {
        server = trusting.vertx
                .createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setSni(true)
                        .setClientAuth(auth)
                        .setTrustOptions(new PemTrustOptions().addCertPath(pem("client.pem")))
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(pem("origin.pem"))
                                .setKeyPath(pem("origin.key"))))
                .requestHandler(request ->
                        request.response().end(request.connection().indicatedServerName() + "/" + request.authority()))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void closeAll() {
        trusting.awaitQuiet();
        strange.awaitQuiet();
        trusting.close();
        strange.close();
    }

    private int port() {
        return Objects.requireNonNull(server).actualPort();
    }

    private Target target(String host, boolean insecure, boolean trustConnectHost, @Nullable String hostHeader) {
        return new Target(
                false,
                host,
                port(),
                true,
                insecure,
                trustConnectHost,
                null,
                null,
                hostHeader,
                false,
                false,
                false,
                List.of());
    }

    private static OriginRequest get(Target... targets) {
        return Fixtures.get("/", Fixtures.route(targets));
    }

    @Test
    void the_certificate_is_that_of_the_host_asked_for() {
        assertThat(trusting.answer(get(target("127.0.0.1", false, false, null))).body())
                .isEqualTo("example.com/example.com");
        assertFails(Kind.UNREACHABLE, () -> trusting.answer(get(target("localhost", false, false, "other.example"))));
        assertFails(Kind.UNREACHABLE, () -> strange.answer(get(target("127.0.0.1", false, false, null))));
    }

    @Test
    void or_that_of_the_host_connected_to() {
        assertThat(trusting.answer(get(target("localhost", false, true, "other.example")))
                        .body())
                .endsWith("/other.example");
        assertFails(Kind.UNREACHABLE, () -> trusting.answer(get(target("127.0.0.1", false, true, null))));
    }

    @Test
    void insecure_takes_any() {
        assertThat(strange.answer(get(target("127.0.0.1", true, false, "other.example")))
                        .body())
                .endsWith("/other.example");
    }

    @Test
    void a_tls_failure_goes_on_to_the_next_target() {
        try (var plain = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                var noTls = RawOrigin.start(c -> {
                    c.readBytes(1);
                    c.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                })) {
            var request = get(target("127.0.0.1", false, false, "other.example"), Fixtures.target(plain.port()));
            assertThat(trusting.answer(request).body()).isEqualTo("ok");
            var notTls = Fixtures.target("127.0.0.1", noTls.port(), true, true, false);
            assertThat(strange.answer(get(notTls, Fixtures.target(plain.port())))
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void hosts_do_not_share_connections_that_proved_one_name() {
        assertThat(trusting.answer(get(target("127.0.0.1", false, false, null))).body())
                .isEqualTo("example.com/example.com");
        assertFails(Kind.UNREACHABLE, () -> trusting.answer(get(target("127.0.0.1", false, false, "other.example"))));
        assertThat(trusting.answer(get(target("127.0.0.1", false, false, "localhost:1")))
                        .body())
                .endsWith("/localhost:1");
    }

    @Test
    void a_client_certificate_is_shown_where_the_target_has_one() throws TimeoutException {
        start(ClientAuth.REQUIRED);
        var with = new Target(
                false,
                "127.0.0.1",
                port(),
                true,
                false,
                false,
                pem("client.pem"),
                pem("client.key"),
                null,
                false,
                false,
                false,
                List.of());
        assertThat(trusting.answer(get(with)).body()).isEqualTo("example.com/example.com");
        assertFails(Kind.RESET, () -> trusting.answer(get(target("127.0.0.1", false, false, null))));
    }
}
