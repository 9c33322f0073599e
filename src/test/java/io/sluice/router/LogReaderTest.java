package io.sluice.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.PublishException;
import io.sluice.bus.Replayed;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.Position;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way to a log while its channel moves to another home. */
class LogReaderTest {
    private static final String CHANNEL = "c";
    private static final Replayed ANSWER = new Replayed(true, new Position(1, 7), List.of());

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String home = "old";

    private final ChannelHomes homes = new ChannelHomes() {
        @Override
        public String self() {
            return "n";
        }

        @Override
        public String homeOf(String channel) {
            return home;
        }

        @Override
        public Set<String> members() {
            return Set.of("n", "old", "new");
        }

        @Override
        public void onChange(Handler<Void> listener) {}
    };

    @BeforeEach
    void listen() {
        BusCodecs.register(vertx.eventBus());
        var reader = new LogReader(vertx, homes, 0);
        vertx.eventBus().<NodeMessage>localConsumer("reader", request -> {
            if (request.body() instanceof NodeMessage.LoopReplay replay) {
                reader.replay(request, replay);
            }
        });
        vertx.eventBus().<HomeMessage>consumer(Addresses.home("new", 0), message -> {
            asked.incrementAndGet();
            message.reply(ANSWER);
        });
    }

    @AfterEach
    void close() {
        vertx.close();
    }

    private Replayed ask() throws Exception {
        return vertx.eventBus()
                .<Replayed>request(
                        "reader", new NodeMessage.LoopReplay(CHANNEL, "7"), new DeliveryOptions().setLocalOnly(true))
                .await(20, TimeUnit.SECONDS)
                .body();
    }

    @Test
    void who_is_not_the_home_any_more_is_asked_no_more() throws Exception {
        vertx.eventBus().<HomeMessage>consumer(Addresses.home("old", 0), message -> {
            home = "new";
            message.fail(PublishException.Reason.NOT_HOME.code(), "old is not the home");
        });
        assertThat(ask()).isEqualTo(ANSWER);
        assertThat(asked).hasValue(1);
    }

    @Test
    void a_question_that_a_leaving_node_took_with_it_is_asked_again() throws Exception {
        vertx.eventBus().<HomeMessage>consumer(Addresses.home("old", 0), message -> home = "new");
        assertThat(ask()).isEqualTo(ANSWER);
        assertThat(asked).hasValue(1);
    }
}
