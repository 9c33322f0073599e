package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.Headers;
import io.sluice.grip.SigningKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteSignerTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong now = new AtomicLong(1_000_000);

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static Settings.Grip grip(String key, String upstream, Path base) {
        return new Settings.Grip(
                "pushpin",
                key,
                upstream,
                false,
                false,
                false,
                Settings.ForwardedProto.FALSE,
                "",
                "",
                List.of(),
                false,
                "",
                base);
    }

    private static Route route(@Nullable String iss, @Nullable String key) {
        Route plain = Fixtures.route(Fixtures.target(1));
        return new Route(
                plain.id(),
                true,
                "*",
                null,
                null,
                "",
                iss,
                key,
                "",
                false,
                null,
                0,
                null,
                List.of(),
                false,
                false,
                plain.jsonp(),
                false,
                false,
                null,
                plain.targets(),
                null,
                1);
    }

    private RouteSigner signer(String key, Path base) {
        return new RouteSigner(vertx, grip(key, "", base), now::get);
    }

    @Nullable
    private static String signed(RouteSigner signer, Route route) throws TimeoutException {
        signer.prepare(route).await(10, TimeUnit.SECONDS);
        return signer.signature(route);
    }

    private void assertSigned(@Nullable String token, String key) throws GripException {
        assertThat(token).isNotNull();
        SigningKey secret = SigningKey.parse(key, Path.of(""));
        assertThat(GripSignature.verify(String.valueOf(token), secret, now.get() + 2999))
                .isTrue();
        assertThat(GripSignature.verify(String.valueOf(token), secret, now.get() + 3601))
                .isFalse();
    }

    @Test
    void the_routes_key_comes_before_the_global_one() throws Exception {
        RouteSigner signer = signer("global", Path.of(""));
        assertSigned(signed(signer, route(null, null)), "global");
        assertSigned(signed(signer, route(null, "own")), "own");
        assertThat(signed(signer, route("other", null))).isNotEqualTo(signed(signer, route(null, null)));
        assertThat(signed(signer, route("", null))).isNull();
        assertThat(signed(signer("", Path.of("")), route(null, null))).isNull();
    }

    @Test
    void a_signature_serves_for_ten_minutes() throws Exception {
        RouteSigner signer = signer("global", Path.of(""));
        String first = signed(signer, route(null, null));
        now.addAndGet(599);
        assertThat(signed(signer, route(null, null))).isSameAs(first);
        assertSigned(first, "global");
        now.addAndGet(1);
        assertThat(signed(signer, route(null, null))).isNotEqualTo(first);
    }

    @Test
    void key_files_are_read_off_the_event_loop_and_again(@TempDir Path base) throws Exception {
        RouteSigner signer = signer("file:key", base);
        assertThat(signed(signer, route(null, null))).isNull();
        Files.writeString(base.resolve("key"), "6b6579\n");
        assertThat(signed(signer, route(null, null))).isNull();
        now.addAndGet(10);
        assertThat(signer.signature(route(null, null))).isNull();
        assertSigned(signed(signer, route(null, null)), "key");
    }

    @Test
    void a_signature_by_the_upstream_key_is_trusted(@TempDir Path base) throws GripException, IOException {
        SigningKey key = SigningKey.parse("upstream", base);
        var trusted = new TrustedRequests(key, now::get);
        String good = GripSignature.sign("any", key, now.get() + 10);
        String old = GripSignature.sign("any", key, now.get());
        String foreign = GripSignature.sign("any", SigningKey.parse("other", base), now.get() + 10);
        assertThat(trusted.trusts(Headers.of("grip-sig", good))).isTrue();
        assertThat(trusted.trusts(Headers.of("Grip-Sig", old))).isFalse();
        assertThat(trusted.trusts(Headers.of("Grip-Sig", foreign))).isFalse();
        assertThat(trusted.trusts(Headers.of("Grip-Sig", ""))).isFalse();
        assertThat(trusted.trusts(Headers.of("Grip-Sig", good, "Grip-Sig", good)))
                .isFalse();
        assertThat(trusted.trusts(Headers.EMPTY)).isFalse();
    }

    @Test
    void without_an_upstream_key_nobody_is_trusted() throws GripException {
        String token = GripSignature.sign("any", SigningKey.parse("x", Path.of("")), Long.MAX_VALUE / 1000);
        assertThat(TrustedRequests.load(grip("", "", Path.of(""))).trusts(Headers.of("Grip-Sig", token)))
                .isFalse();
        assertThat(TrustedRequests.load(grip("", "x", Path.of(""))).trusts(Headers.of("Grip-Sig", token)))
                .isTrue();
        assertThat(TrustedRequests.load(grip("", "file:none", Path.of("/nowhere")))
                        .trusts(Headers.of("Grip-Sig", token)))
                .isFalse();
    }
}
