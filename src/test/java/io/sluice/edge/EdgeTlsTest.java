package io.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.Settings;
import io.sluice.testing.TestCertificates;
import io.sluice.testing.TrustingAll;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TLS port: whose certificate it shows, and that its requests are as any. */
class EdgeTlsTest {
    @TempDir
    Path certificates;

    /** What came back: the certificate's common name, the protocol agreed to, and all that was read. */
    private record Seen(String name, String protocol, String text) {}

    private EdgeWorld world() {
        return new EdgeWorld(EdgeWorld.settings(100, 60, 30, certificates), EdgeTlsTest::answer);
    }

    private static void answer(HttpServerRequest request) {
        var unused = request.response().end(request.isSSL() + " " + request.version());
    }

    private static Seen ask(int port, @Nullable String host, String request, String... protocols) throws Exception {
        try (var socket = (SSLSocket) TrustingAll.context().getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            SSLParameters parameters = socket.getSSLParameters();
            if (host != null) {
                parameters.setServerNames(List.of(new SNIHostName(host)));
            }
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Seen(shown.getSubjectX500Principal().getName(), socket.getApplicationProtocol(), text);
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    }

    @Test
    void the_name_that_a_client_asks_for_decides_about_the_certificate() throws Exception {
        TestCertificates.server(certificates, "a", "RSA", "a.test", "www.a.test");
        TestCertificates.server(certificates, "default_443", "EC", "other.test");
        TestCertificates.server(certificates, "wild", "EC", "*.b.test");
        try (EdgeWorld world = world()) {
            Map.of(
                            "a.test", "CN=a.test",
                            "www.a.test", "CN=a.test",
                            "x.b.test", "CN=*.b.test",
                            "other.test", "CN=other.test",
                            "unknown.test", "CN=other.test")
                    .forEach((host, name) -> {
                        try {
                            Seen seen = ask(world.tlsNumber, host, get("/"), "h2", "http/1.1");
                            assertThat(seen.name()).as(host).isEqualTo(name);
                            assertThat(seen.protocol()).isEqualTo("h2");
                        } catch (Exception e) {
                            throw new AssertionError(host, e);
                        }
                    });
            Seen seen = ask(world.tlsNumber, null, get("/"), "http/1.1");
            assertThat(seen.name()).isEqualTo("CN=other.test");
            assertThat(seen.text()).startsWith("HTTP/1.1 200 OK").endsWith("true HTTP_1_1");
            assertThat(ask(world.tlsNumber, null, get("/")).text()).endsWith("true HTTP_1_1");
        }
    }

    @Test
    void a_refusal_arrives_whole() throws Exception {
        TestCertificates.server(certificates, "a", "EC", "a.test");
        try (EdgeWorld world = world()) {
            String request = "GET / HTTP/1.1\r\nHost: a.test\r\nX: " + "x".repeat(10_000) + "\r\n\r\n";
            Seen seen = ask(world.tlsNumber, "a.test", request);
            assertThat(seen.text()).startsWith("HTTP/1.1 431 ").endsWith("\n");
        }
    }

    @Test
    void certificates_are_read_again_when_they_change_and_kept_when_they_break() throws Exception {
        TestCertificates.server(certificates, "a", "EC", "a.test");
        try (EdgeWorld world = world()) {
            assertThat(ask(world.tlsNumber, null, get("/")).name()).isEqualTo("CN=a.test");
            TestCertificates.server(certificates, "a", "EC", "renewed.test");
            awaitName(world, "CN=renewed.test");
            Files.writeString(certificates.resolve("a.key"), "no key\n");
            TestCertificates.server(certificates, "b", "EC", "b.test");
            Files.delete(certificates.resolve("b.key"));
            assertThat(ask(world.tlsNumber, null, get("/")).text()).contains("200 OK");
            TestCertificates.server(certificates, "a", "EC", "last.test");
            TestCertificates.server(certificates, "b", "EC", "b.test");
            awaitName(world, "CN=last.test");
            assertThat(ask(world.tlsNumber, "b.test", get("/")).name()).isEqualTo("CN=b.test");
        }
    }

    private static void awaitName(EdgeWorld world, String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() ->
                        assertThat(ask(world.tlsNumber, null, get("/")).name()).isEqualTo(name));
    }

    @Test
    void what_cannot_be_used_is_named_with_its_rule() throws Exception {
        refused("no certificate; there must be at least one NAME.crt with its NAME.key");
        TestCertificates.server(certificates, "a", "EC", "a.test");
        byte[] key = Files.readAllBytes(certificates.resolve("a.key"));
        Files.delete(certificates.resolve("a.key"));
        refused("a.crt: there must be a a.key beside it");
        Files.writeString(certificates.resolve("a.key"), "no key\n");
        refused("a.crt: must be PEM, as its key");
        TestCertificates.server(certificates, "a", "EC", "a.test");
        Files.write(certificates.resolve("a.key"), key);
        refused("a.crt: must be RSA or EC, and its key must be this certificate's");
        TestCertificates.server(certificates, "a", "RSA", "a.test");
        Files.write(certificates.resolve("a.key"), key);
        refused("a.crt: ");
        Files.delete(certificates.resolve("a.key"));
        Files.delete(certificates.resolve("a.crt"));
        Files.delete(certificates);
        refused("http.tls-certificates: no such directory or file: " + certificates);
    }

    private void refused(String rule) {
        assertThatThrownBy(this::world)
                .isInstanceOf(CompletionException.class)
                .rootCause()
                .satisfiesAnyOf(
                        e -> assertThat(e).hasMessageContaining(rule),
                        e -> assertThatThrownBy(this::world).hasMessageContaining(rule));
    }

    @Test
    void who_speaks_no_tls_is_cut_and_the_plain_port_goes_on() throws Exception {
        TestCertificates.server(certificates, "a", "EC", "a.test");
        try (EdgeWorld world = world();
                var plain = new Socket(InetAddress.getLoopbackAddress(), world.tlsNumber)) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream().write(get("/").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(read(plain)).doesNotContain("HTTP/1.1 200");
            try (var other = new Socket(InetAddress.getLoopbackAddress(), world.number)) {
                other.setSoTimeout(10_000);
                other.getOutputStream().write(get("/").getBytes(StandardCharsets.ISO_8859_1));
                assertThat(read(other)).endsWith("false HTTP_1_1");
            }
        }
    }

    private static String read(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void without_certificates_there_is_no_port() {
        var port = new ClientPort(Settings.defaults());
        assertThat(port.actualTls()).isNull();
        Vertx vertx = Vertx.vertx();
        EdgeWorld.await(port.prepare(vertx));
        EdgeWorld.await(vertx.close());
    }
}
