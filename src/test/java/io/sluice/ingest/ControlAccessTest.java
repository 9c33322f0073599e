package io.sluice.ingest;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.ConnectionCommands;
import io.sluice.channel.AloneHomes;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.fanout.Loops;
import io.sluice.grip.GripSignature;
import io.sluice.grip.SigningKey;
import io.sluice.hostile.CapturedLog;
import io.sluice.protocol.Reply;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.sluice.testing.TestCertificates;
import io.sluice.testing.TestKeys;
import io.sluice.testing.TrustingAll;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may publish, and how often: the answers on the wire, and the lines for the operator. */
class ControlAccessTest {
    private static final String ITEMS = "{\"items\":[]}";
    private static final long SOON = System.currentTimeMillis() / 1000 + 60;

    private final Vertx vertx = Vertx.vertx();
    private final Stats stats = new Stats();
    private int port;

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private void start(String... settings) {
        var loader = new SettingsLoader().flag("--set", "control.port", "0");
        for (String setting : settings) {
            loader.flag("--set", setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        LoadedSettings loaded = loader.load();
        assertThat(loaded.usable()).as(() -> loaded.problems().toString()).isTrue();
        var commands = new ConnectionCommands(vertx, new AloneHomes("n1"));
        var verticle = new IngestVerticle(loaded.settings(), new ScriptedPublisher(), commands, new Loops(1), stats);
        vertx.deployVerticle(verticle).await();
        port = verticle.actualPort();
    }

    private Reply publish(String... headers) throws Exception {
        return exchange(port, request("POST", "/publish/", ITEMS, headers));
    }

    private static String signed(String key, String iss, long expires) throws Exception {
        return "Authorization: Bearer " + GripSignature.sign(iss, SigningKey.parse(key, Path.of("")), expires);
    }

    @Test
    void a_bearer_token_lets_in() throws Exception {
        start("control.auth-token=0123456789abcdef");
        try (var log = new CapturedLog()) {
            Reply refused = publish();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"sluice\"");
            assertThat(refused.text()).isEqualTo("Credentials are needed: Authorization: Bearer TOKEN.\n");
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("control-unauthorized reason=\"no-credentials peer=127.0.0.1:")
                            && line.contains("path=/publish/"));
        }
        Reply wrong = publish("Authorization: Bearer 0123456789abcdex");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"sluice\", error=\"invalid_token\"");
        assertThat(wrong.text()).isEqualTo("The token is not the right one.\n");
        assertThat(publish("Authorization: bearer 0123456789abcdef").status()).isEqualTo(200);
        assertThat(publish("Authorization: Digest x").status()).isEqualTo(401);
        assertThat(stats.value(Counter.CALLS_UNAUTHORIZED)).isEqualTo(3);
    }

    @Test
    void whoever_asks_whether_somebody_is_there_needs_none_and_all_else_does() throws Exception {
        start("control.auth-token=0123456789abcdef");
        assertThat(exchange(port, request("GET", "/", null)).status()).isEqualTo(200);
        for (String path : new String[] {"/publish", "/recover", "/conncheck", "/refresh", "/close", "/none"}) {
            assertThat(exchange(port, request("POST", path, "{}")).status())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ec-pkcs8.pem,ec-public.pem",
        "rsa-pkcs1.pem,rsa-public.pem",
        "ec-sec1.pem,ec-certificate.pem",
    })
    void a_token_signed_with_the_other_half_of_the_key_lets_in(String signing, String verifying) throws Exception {
        Path keys = TestKeys.get().directory();
        start("control.auth-key=file:" + keys.resolve(verifying), "control.auth-iss=me");
        String key = "file:" + keys.resolve(signing);
        assertThat(publish(signed(key, "me", SOON)).status()).isEqualTo(200);
        assertThat(publish(signed(key, "me", SOON)).status()).as("known by now").isEqualTo(200);
        assertThat(publish(signed(key, "you", SOON)).text()).isEqualTo("The token's 'iss' is not the right one.\n");
        assertThat(publish(signed(key, "me", SOON - 120)).text()).isEqualTo("The token has expired.\n");
        assertThat(publish(signed("secret", "me", SOON)).text())
                .startsWith("The token is not signed with the right key by ");
    }

    @Test
    void a_token_signed_with_a_shared_key_lets_in() throws Exception {
        start("control.auth-key=base64:c2VjcmV0");
        assertThat(publish(signed("secret", "anybody", SOON)).status()).isEqualTo(200);
        assertThat(publish(signed("other", "anybody", SOON)).status()).isEqualTo(401);
        assertThat(publish("Authorization: Bearer nonsense").status()).isEqualTo(401);
    }

    @Test
    void user_and_password_let_in() throws Exception {
        start("control.auth-basic=app:p\u00e4ssword");
        Reply refused = publish();
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Basic realm=\"sluice\", charset=\"UTF-8\"");
        assertThat(publish("Authorization: Basic " + base64("app:p\u00e4ssword"))
                        .status())
                .isEqualTo(200);
        assertThat(publish("Authorization: Basic " + base64("app:password")).text())
                .isEqualTo("User or password is not the right one.\n");
        assertThat(publish("Authorization: Basic ~").text()).isEqualTo("The credentials are not base64.\n");
    }

    @Test
    void of_two_kinds_of_credentials_both_are_named() throws Exception {
        start("control.auth-basic=app:password", "control.auth-token=0123456789abcdef");
        Reply refused = publish();
        assertThat(refused.headers().all("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"sluice\"", "Basic realm=\"sluice\", charset=\"UTF-8\"");
        assertThat(refused.text())
                .isEqualTo("Credentials are needed: Authorization: Bearer TOKEN or Authorization: Basic.\n");
        assertThat(publish("Authorization: Basic " + base64("app:password")).status())
                .isEqualTo(200);
        assertThat(publish("Authorization: Bearer 0123456789abcdef").status()).isEqualTo(200);
    }

    @Test
    void a_token_where_only_passwords_are_taken_is_told_so() throws Exception {
        start("control.auth-basic=app:password");
        assertThat(publish("Authorization: Bearer 0123456789abcdef").text())
                .isEqualTo("Credentials of this kind are not taken: Authorization: Basic.\n");
    }

    @Test
    void wrong_signatures_cost_no_more_than_so_much_of_the_loop() throws Exception {
        Path keys = TestKeys.get().directory();
        ControlAuth auth = auth("file:" + keys.resolve("ec-public.pem"));
        String good = signed("file:" + keys.resolve("ec-pkcs8.pem"), "me", 1000).substring("Authorization: ".length());
        assertThat(auth.check(good)).isNull();
        String wrong = good.substring(0, good.length() - 10) + "AAAAAAAAAA";
        int refused = 0;
        while (status(auth.check(wrong)) == 401 && refused < 1000) {
            refused++;
        }
        assertThat(refused).isEqualTo(50);
        assertThat(status(auth.check(wrong))).isEqualTo(429);
        assertThat(auth.check(good)).as("known").isNull();
    }

    private static int status(ControlAuth.@Nullable Denial denial) {
        return denial == null ? 200 : denial.status();
    }

    @Test
    void a_token_for_later_is_not_good_yet() throws Exception {
        ControlAuth auth = auth("secret");
        assertThat(reason(auth.check(token("secret", 60)))).isEqualTo("");
        assertThat(reason(auth.check(token("secret", 61)))).isEqualTo("not-yet");
        assertThat(reason(auth.check(token("other", 60)))).isEqualTo("wrong-signature");
    }

    private static String reason(ControlAuth.@Nullable Denial denial) {
        return denial == null ? "" : denial.reason();
    }

    /** At second 0 of a clock that stands. */
    private static ControlAuth auth(String key) throws Exception {
        var access = new Settings.Access(false, "", "", key, "", Path.of(""), null, 0);
        return ControlAuth.of(access, () -> 0, () -> 0);
    }

    private static String token(String key, int notBefore) throws Exception {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        String signed = encoder.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                + encoder.encodeToString(("{\"exp\":1000,\"nbf\":" + notBefore + "}").getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
        return "Bearer " + signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void more_calls_than_are_allowed_get_429() throws Exception {
        start("control.publishes-per-second=2");
        try (var log = new CapturedLog()) {
            Reply reply = publish();
            for (int i = 0; i < 1000 && reply.status() == 200; i++) {
                reply = publish();
            }
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.header("Retry-After")).isEqualTo("1");
            assertThat(reply.text()).isEqualTo("Too many publish calls: at most 2 a second.\n");
            assertThat(stats.value(Counter.PUBLISHES_LIMITED)).isEqualTo(1);
            assertThat(log.warnings()).anyMatch(line -> line.contains("control-limited reason=\"publishes-per-second"));
        }
        assertThat(exchange(port, request("POST", "/conncheck", "{\"ids\":[]}")).status())
                .as("only publish calls are bounded")
                .isEqualTo(200);
    }

    @Test
    void the_rate_is_a_second_s_worth_at_once_and_refills() {
        long[] now = {0};
        var rate = new CallRate(2, () -> now[0]);
        assertThat(rate.take()).isTrue();
        assertThat(rate.take()).isTrue();
        assertThat(rate.take()).isFalse();
        now[0] = 500_000_000;
        assertThat(rate.take()).isTrue();
        assertThat(rate.take()).isFalse();
        now[0] = 60_000_000_000L;
        assertThat(rate.take()).isTrue();
        assertThat(rate.take()).isTrue();
        assertThat(rate.take()).isFalse();
    }

    @Test
    void the_port_speaks_tls_where_there_are_certificates(@TempDir Path directory) throws Exception {
        TestCertificates.server(directory, "default", "RSA", "control.example");
        start("control.tls-certificates=" + directory);
        HttpResponse<String> response = HttpClient.newBuilder()
                .sslContext(TrustingAll.context())
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/publish/"))
                                .POST(HttpRequest.BodyPublishers.ofString(ITEMS))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("Published\n");
    }
}
