package io.sluice.observe;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.ChannelList;
import io.sluice.bus.ChannelPresence;
import io.sluice.bus.PresenceQuestion;
import io.sluice.bus.SubscriptionTally;
import io.sluice.channel.AloneHomes;
import io.sluice.channel.ChannelHomes;
import io.sluice.fanout.Loops;
import io.sluice.protocol.Reply;
import io.sluice.protocol.TestSettings;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node {@code n1} beside {@code n2}, whose answers are the test's, and {@code n3}, which is a member and says nothing. */
class PresenceApiTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<PresenceQuestion> asked = new CopyOnWriteArrayList<>();
    private final Set<String> members = new ConcurrentSkipListSet<>(Set.of("n1", "n2"));
    private volatile boolean isolated;
    private volatile Consumer<Message<PresenceQuestion>> second = question -> {};
    private int port;

    @BeforeEach
    void start() {
        BusCodecs.register(vertx.eventBus());
        vertx.eventBus().<PresenceQuestion>consumer(Addresses.presence("n2"), question -> {
            asked.add(question.body());
            second.accept(question);
        });
        var alone = new AloneHomes("n1");
        ChannelHomes homes = new ChannelHomes() {
            @Override
            public String self() {
                return "n1";
            }

            @Override
            public String homeOf(String channel) {
                return "n1";
            }

            @Override
            public Set<String> members() {
                return Set.copyOf(members);
            }

            @Override
            public boolean isolated() {
                return isolated;
            }

            @Override
            public void onChange(Handler<Void> listener) {
                alone.onChange(listener);
            }

            @Override
            public Future<Void> leave() {
                return alone.leave();
            }
        };
        var drain = new DrainSwitch() {
            @Override
            public DrainReport report() {
                return new DrainReport("n1", "serving", 0, 0, 0, 0, 0, 0, 0);
            }

            @Override
            public void begin(boolean now) {}
        };
        var verticle = new ObserveVerticle(TestSettings.loopback(), new Stats(), List::of, drain, new Loops(1), homes);
        vertx.deployVerticle(verticle).await();
        port = verticle.actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private JsonObject get(String target) throws IOException {
        Reply reply = exchange(port, request("GET", target, null));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return new JsonObject(reply.text());
    }

    @Test
    void a_channel_is_the_sum_of_what_the_nodes_say() throws IOException {
        second = question ->
                question.reply(new ChannelPresence(new SubscriptionTally(3, 2, 1), 2, List.of("d", "b", "c", "a")));
        assertThat(get("/api/channels/a%2Fb+%C3%BC/c?clients=true&after=a&limit=2"))
                .isEqualTo(new JsonObject("""
                        {"channel":"a/b+ü/c","subscriptions":{"streams":3,"longPolls":2,"webSockets":1,"total":6},\
                        "clients":4,"unnamed":2,"nodes":{\
                        "n1":{"streams":0,"longPolls":0,"webSockets":0,"total":0},\
                        "n2":{"streams":3,"longPolls":2,"webSockets":1,"total":6}},\
                        "missing":[],"isolated":false,"clientIds":["b","c"],"more":true}"""));
        assertThat(asked).containsExactly(new PresenceQuestion.OfChannel("a/b+ü/c"));
    }

    @Test
    void who_does_not_answer_is_named() throws IOException {
        second = question -> question.fail(0, "not now");
        members.add("n3");
        isolated = true;
        JsonObject told = get("/api/channels/a");
        assertThat(told.getJsonArray("missing")).containsExactly("n2", "n3");
        assertThat(told.getJsonObject("nodes").fieldNames()).containsExactly("n1");
        assertThat(told.getBoolean("isolated")).isTrue();
        assertThat(told.getInteger("clients")).isZero();
    }

    @Test
    void who_has_left_meanwhile_is_not_missing() throws IOException {
        second = question -> {
            members.remove("n2");
            question.fail(0, "gone");
        };
        assertThat(get("/api/channels/a").getJsonArray("missing")).isEmpty();
    }

    @Test
    void the_list_has_sums_in_the_order_of_names_and_says_whether_there_is_more() throws IOException {
        var one = new SubscriptionTally(1, 0, 0);
        second = question -> question.reply(new ChannelList(
                List.of(new ChannelList.Line("a", one), new ChannelList.Line("b", one), new ChannelList.Line("c", one)),
                false));
        JsonObject list = get("/api/channels?prefix=x%20&after=%2B&limit=2");
        assertThat(asked).containsExactly(new PresenceQuestion.Channels("x ", "+", 2));
        assertThat(list.getJsonArray("channels").stream().map(c -> ((JsonObject) c).getString("channel")))
                .containsExactly("a", "b");
        assertThat(list.getBoolean("more")).isTrue();
        assertThat(get("/api/channels/").getJsonArray("channels")).hasSize(3);
        second = question -> question.reply(new ChannelList(List.of(), true));
        assertThat(get("/api/channels").getBoolean("more")).isTrue();
        assertThat(get("/api/channels").getJsonArray("channels")).isEqualTo(new JsonArray());
    }

    @ParameterizedTest
    @CsvSource({
        "/api/channels?limit=0, limit: must be a number from 1 to 1000",
        "/api/channels?limit=1001, limit: must be a number from 1 to 1000",
        "/api/channels?limit=many, limit: must be a number from 1 to 1000",
        "/api/channels/a?clients=yes, clients: must be true or false",
        "/api/channels/a%2, invalid escape",
    })
    void bad_input_is_refused_with_its_name(String target, String reason) throws IOException {
        Reply reply = exchange(port, request("GET", target, null));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains(reason);
        assertThat(asked).isEmpty();
    }

    @Test
    void other_methods_and_paths_are_refused() throws IOException {
        assertThat(exchange(port, request("POST", "/api/channels/a", "")).status())
                .isEqualTo(405);
        assertThat(exchange(port, request("GET", "/api/channelsa", null)).status())
                .isEqualTo(404);
    }
}
