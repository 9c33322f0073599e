package io.sluice.observe;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.protocol.Reply;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OpsTokenTest {
    private static final String TOKEN = "0123456789abcdef";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong now = new AtomicLong();

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private int serve(String token) {
        var guard = new OpsToken(new OpsRefusals(now::get), token);
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            if (guard.admits(context)) {
                OpsReplies.text(context, 200, "done\n");
            }
        });
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    @Test
    void without_a_token_nobody_changes_anything() throws IOException {
        Reply reply = exchange(serve(""), request("POST", "/", "", "Authorization: Bearer "));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.text()).isEqualTo("Not allowed: the setting ops.token is empty.\n");
    }

    @Test
    void refusals_fill_no_log() throws IOException {
        int port = serve(TOKEN);
        var lines = new ListAppender<ILoggingEvent>();
        lines.list = new CopyOnWriteArrayList<>();
        var logger = (Logger) LoggerFactory.getLogger(OpsRefusals.class);
        lines.start();
        logger.addAppender(lines);
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(exchange(port, request("POST", "/", "")).status()).isEqualTo(401);
            }
            assertThat(lines.list).hasSize(1);
            now.set(1000);
            exchange(port, request("POST", "/", ""));
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(2)
                .last()
                .asString()
                .startsWith("ops-refused method=POST path=/ peer=127.0.0.1:")
                .endsWith(" reason=no-token untold=4");
    }

    @Test
    void the_token_admits() throws IOException {
        int port = serve(TOKEN);
        assertThat(exchange(port, request("POST", "/", "", "Authorization: Bearer " + TOKEN))
                        .status())
                .isEqualTo(200);
        assertThat(exchange(port, request("POST", "/", "", "authorization: bearer  " + TOKEN))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void without_it_or_with_another_the_answer_says_what_is_needed() throws IOException {
        int port = serve(TOKEN);
        Reply none = exchange(port, request("POST", "/", ""));
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"sluice\"");
        Reply basic = exchange(port, request("POST", "/", "", "Authorization: Basic " + TOKEN));
        assertThat(basic.status()).isEqualTo(401);
        Reply wrong = exchange(port, request("POST", "/", "", "Authorization: Bearer " + TOKEN + "0"));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).contains("invalid_token");
        assertThat(wrong.text()).doesNotContain(TOKEN);
    }
}
