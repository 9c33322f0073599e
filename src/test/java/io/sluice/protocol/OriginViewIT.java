package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.GripSignature;
import io.sluice.grip.SigningKey;
import io.sluice.testing.TestKeys;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an origin is told of its client, and of the gateway, through a whole node with settings of its own. */
class OriginViewIT {
    private static final long NOW = System.currentTimeMillis() / 1000;

    private final Path keys = TestKeys.get().directory();
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final SluiceServer server;

    OriginViewIT() throws Exception {
        String to = " 127.0.0.1:" + origin.port();
        server = SluiceServer.start(
                List.of(
                        "*" + to,
                        "es.test,sig_iss=es,sig_key=file:" + keys.resolve("ec-pkcs8.pem") + to,
                        "rs.test,sig_iss=rs,sig_key=file:" + keys.resolve("rsa-pkcs1.pem") + to,
                        "hs.test,sig_iss=hs,sig_key=base64:c2VjcmV0" + to,
                        "secure.test,ssl=yes,header=X-Route:tls" + to,
                        "secure.test,header=X-Route:plain" + to),
                Map.of(
                        "grip.upstream-key", "upstream",
                        "grip.forwarded-for", "truncate:1,append",
                        "grip.forwarded-for-trusted", "append",
                        "grip.accept-forwarded-proto", "true",
                        "grip.set-forwarded-proto", "true",
                        "grip.cdn-loop", "sluice.test"));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        origin.close();
    }

    private Received told(String... headers) throws Exception {
        String path = "/" + World.name("view");
        origin.on(path, Answer.ok(""));
        assertThat(exchange(server.clientPort(), request("GET", path, null, headers))
                        .status())
                .isEqualTo(200);
        return origin.received(path).get(0);
    }

    private void assertSigned(String host, String algorithm, String publicKey) throws Exception {
        String token = Objects.requireNonNull(told("Host: " + host + ".test").header("Grip-Sig"));
        String[] parts = token.split("\\.", -1);
        var head = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8));
        var claims = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        assertThat(head.getString("alg")).isEqualTo(algorithm);
        assertThat(claims.getString("iss")).isEqualTo(host);
        assertThat(GripSignature.verify(token, SigningKey.parse(publicKey, keys), NOW))
                .isTrue();
    }

    @Test
    void everyKindOfKeySignsItsRoute() throws Exception {
        assertSigned("es", "ES256", "file:ec-public.pem");
        assertSigned("rs", "RS256", "file:rsa-public.pem");
        assertSigned("hs", "HS256", "secret");
        String common = Objects.requireNonNull(told().header("Grip-Sig"));
        assertThat(GripSignature.verify(common, SigningKey.parse("changeme", keys), NOW))
                .isTrue();
    }

    @Test
    void theForwardedProtocolIsBelievedAndChoosesTheRoute() throws Exception {
        Received tls = told("Host: secure.test", "X-Forwarded-Proto: https");
        assertThat(tls.header("X-Route")).isEqualTo("tls");
        assertThat(tls.header("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(tls.header("X-Forwarded-Protocol")).isEqualTo("https");
        Received plain = told("Host: secure.test", "X-Forwarded-Proto: http");
        assertThat(plain.header("X-Route")).isEqualTo("plain");
        assertThat(plain.header("X-Forwarded-Proto")).isNull();
    }

    @Test
    void forwardedForAndCdnLoopGrow() throws Exception {
        Received told = told("X-Forwarded-For: 192.0.2.1, 192.0.2.2", "CDN-Loop: a", "CDN-Loop: b; x");
        assertThat(told.header("X-Forwarded-For")).isEqualTo("192.0.2.2, 127.0.0.1");
        assertThat(told.header("CDN-Loop")).isEqualTo("a, b; x, sluice.test");
        assertThat(told().header("X-Forwarded-For")).isEqualTo("127.0.0.1");
    }

    /** What another GRIP proxy signed belongs to that proxy, and so does the answer. */
    @Test
    void requestsOfAGripProxyInFrontPassWithTheirGripHeaders() throws Exception {
        String path = "/" + World.name("trusted");
        origin.on(path, Answer.ok("x", "Grip-Hold: stream", "Grip-Channel: c"));
        String signature = GripSignature.sign("front", SigningKey.parse("upstream", keys), NOW + 600);
        Reply passed = exchange(
                server.clientPort(),
                request(
                        "GET",
                        path,
                        null,
                        "Grip-Sig: " + signature,
                        "Grip-Last: c; last-id=1",
                        "X-Forwarded-For: 192.0.2.1, 192.0.2.2"));
        assertThat(passed.header("Grip-Hold")).isEqualTo("stream");
        assertThat(passed.text()).isEqualTo("x");
        Received told = origin.received(path).get(0);
        assertThat(told.header("Grip-Sig")).isEqualTo(signature);
        assertThat(told.header("Grip-Last")).isEqualTo("c; last-id=1");
        assertThat(told.header("X-Forwarded-For")).isEqualTo("192.0.2.1, 192.0.2.2, 127.0.0.1");

        String forged = GripSignature.sign("front", SigningKey.parse("guess", keys), NOW + 600);
        Received refused = told("Grip-Sig: " + forged, "Grip-Last: c; last-id=1");
        assertThat(refused.header("Grip-Sig")).isNotEqualTo(forged);
        assertThat(refused.header("Grip-Last")).isNull();
    }
}
