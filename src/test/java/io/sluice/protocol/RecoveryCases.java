package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reliable holds: in doubt the origin is asked, and told the position (GRIP, reliability). The origins here keep a list. */
abstract class RecoveryCases extends ProtocolCases {
    private final String channel = World.name("log");
    private final String path = "/" + channel;
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Answers with what follows the position in Grip-Last or the query, and holds there. */
    private void logOrigin() {
        origin().on(path, request -> Answer.ok("", NextLinkCases.hold(channel, "" + log.size(), path + "/next")));
        origin().on(path + "/next", request -> {
            int from = position(request);
            var body = new StringBuilder();
            log.subList(from, log.size()).forEach(body::append);
            return Answer.ok(body.toString(), NextLinkCases.hold(channel, "" + log.size(), path + "/next"));
        });
    }

    private int position(Received request) {
        String last = String.valueOf(request.header("Grip-Last"));
        assertThat(last).startsWith(channel + "; last-id=");
        return Integer.parseInt(last.substring(last.indexOf('=') + 1));
    }

    private void append(String text, boolean publish) throws Exception {
        int before = log.size();
        log.add(text);
        if (publish) {
            world().publish(Items.stream(channel, "" + (before + 1), "" + before, text));
        }
    }

    @Test
    void aGapIsFilledByTheOrigin() throws Exception {
        logOrigin();
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            append("1,", true);
            append("2,", true);
            assertThat(wire.readUntil("2,")).isEqualTo("1,2,");
            append("3,", false);
            append("4,", true);
            assertThat(wire.readUntil("4,")).isEqualTo("3,4,");
            append("5,", true);
            assertThat(wire.readUntil("5,")).isEqualTo("5,");
        }
        assertThat(origin().received(path + "/next"))
                .anySatisfy(request -> assertThat(position(request)).isEqualTo(2));
    }

    @Test
    void anItemOlderThanTheOriginsAnswerIsNotRepeated() throws Exception {
        logOrigin();
        append("1,", false);
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            world().publish(Items.stream(channel, "1", "0", "1,"));
            append("2,", true);
            assertThat(wire.readUntil("2,")).isEqualTo("2,");
        }
    }

    @Test
    void recoverAsksEveryOrigin() throws Exception {
        logOrigin();
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            append("1,", false);
            assertThat(world().control("POST", "/recover", "").text()).isEqualTo("Updated\n");
            assertThat(wire.readUntil("1,")).isEqualTo("1,");
        }
    }

    /** What was published between the origin's answer and the first subscription is asked for a second later. */
    @Test
    void aFirstSubscriptionAsksAgain() throws Exception {
        origin().on(path, request -> Answer.ok("", NextLinkCases.hold(channel, "0", path + "/next")));
        origin().on(path + "/next", request -> {
            assertThat(position(request)).isEqualTo(0);
            return Answer.ok("1,", NextLinkCases.hold(channel, "1", path + "/next"));
        });
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            assertThat(wire.readUntil("1,")).isEqualTo("1,");
        }
        assertThat(origin().received(path + "/next")).hasSize(1);
    }

    @Test
    void aLongPollThatMissedSomethingIsRetried() throws Exception {
        var position = new AtomicInteger();
        origin().on(
                        path,
                        request -> position.get() == 0
                                ? Answer.ok("none", "Grip-Hold: response", "Grip-Channel: " + channel + "; prev-id=0")
                                : Answer.ok("up to " + position + " after " + request.header("Grip-Last")));
        try (HttpWire wire = world().held(path, channel)) {
            // Its prev-id is not where the hold is.
            position.set(5);
            world().publish(Items.response(channel, "5").put("id", "5").put("prev-id", "4"));
            assertThat(wire.reply().text()).isEqualTo("up to 5 after " + channel + "; last-id=0");
        }
    }

    @Test
    void aLongPollInPositionIsAnswered() throws Exception {
        origin().on(path, Answer.ok("none", "Grip-Hold: response", "Grip-Channel: " + channel + "; prev-id=0"));
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(Items.response(channel, "one").put("id", "1").put("prev-id", "0"));
            assertThat(wire.reply().text()).isEqualTo("one");
        }
    }

    /** The channel's last id is known, and it is not what the origin's answer says: the answer is old. */
    @Test
    void anAnswerOlderThanTheLastItemIsNotHeld() throws Exception {
        logOrigin();
        try (HttpWire keepsTheChannelKnown = world().held(path, channel)) {
            keepsTheChannelKnown.head();
            append("1,", true);
            keepsTheChannelKnown.readUntil("1,");
            var asked = new AtomicInteger();
            origin().on(
                            "/poll" + path,
                            request -> asked.incrementAndGet() == 1
                                    ? Answer.ok(
                                            "old", "Grip-Hold: response", "Grip-Channel: " + channel + "; prev-id=0")
                                    : Answer.ok("new after " + request.header("Grip-Last")));
            assertThat(world().get("/poll" + path).text()).isEqualTo("new after " + channel + "; last-id=0");
        }
    }
}
