package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streams that go on at the origin (GRIP, next loop; gone link). */
abstract class NextLinkCases extends ProtocolCases {
    @Test
    void aPageWithoutAHoldIsFollowedByTheNext() throws Exception {
        String path = "/" + World.name("page");
        origin().on(path, Answer.ok("first ", "Grip-Link: <" + path + "/2>; rel=next", "Content-Type: text/x-page"));
        origin().on(path + "/2", Answer.ok("second ", "Grip-Link: <?n=3>; rel=next"));
        try (var wire = world().client()) {
            origin().on(
                            path + "/2",
                            request -> request.query().equals("n=3")
                                    ? Answer.ok("third")
                                    : Answer.ok("second ", "Grip-Link: <?n=3>; rel=next"));
            wire.send(HttpWire.request("GET", path, null, "Cookie: mine", "Authorization: secret"));
            Reply head = wire.head();
            assertThat(head.header("Content-Type")).isEqualTo("text/x-page");
            assertThat(head.header("Content-Length")).isNull();
            assertThat(wire.textToEnd()).isEqualTo("first second third");
        }
        Received next = origin().received(path + "/2").get(0);
        assertThat(next.method()).isEqualTo("GET");
        assertThat(next.header("Cookie")).isNull();
        assertThat(next.header("Authorization")).isNull();
        assertThat(next.header("Grip-Last")).isNull();
        assertThat(next.header("Grip-Sig")).isNotNull();
        assertThat(next.header("Grip-Feature")).isNotNull();
        assertThat(next.header("X-Route")).isEqualTo("any");
    }

    @Test
    void theLastPageHolds() throws Exception {
        String channel = World.name("pages");
        String path = "/" + channel;
        origin().on(path, Answer.ok("old\n", "Grip-Link: <" + path + "/now>; rel=next"));
        origin().on(
                        path + "/now",
                        Answer.ok("new\n", "Grip-Hold: stream", "Grip-Channel: " + channel, "Grip-Status: 404"));
        try (HttpWire wire = world().held(path, channel)) {
            assertThat(wire.head().status()).isEqualTo(200);
            assertThat(wire.readUntil("new\n")).isEqualTo("old\nnew\n");
            world().publish(Items.stream(channel, "live\n"));
            assertThat(wire.readUntil("live\n")).isEqualTo("live\n");
        }
    }

    @Test
    void anotherOriginIsAskedUnderItsOwnName() throws Exception {
        String path = "/" + World.name("elsewhere");
        origin().on(
                        path,
                        Answer.ok(
                                "here ",
                                "Grip-Link: <http://127.0.0.1:" + origin().port() + path + "/there>; rel=next"));
        origin().on(path + "/there", Answer.ok("there"));
        assertThat(world().get(path).text()).isEqualTo("here there");
        Received next = origin().received(path + "/there").get(0);
        assertThat(next.header("Host")).isEqualTo("127.0.0.1:" + origin().port());
    }

    @Test
    void aHintPollsAtOnce() throws Exception {
        String channel = World.name("hinted");
        String path = "/" + channel;
        String[] hold = {"Grip-Hold: stream", "Grip-Channel: " + channel, "Grip-Link: <" + path + "/next>; rel=next"};
        origin().on(path, Answer.ok("", hold));
        origin().on(path + "/next", Answer.ok("polled\n", hold));
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            world().publish(Items.action(channel, "http-stream", "hint"));
            assertThat(wire.readUntil("polled\n")).isEqualTo("polled\n");
            world().publish(Items.stream(channel, "live\n"));
            assertThat(wire.readUntil("live\n")).endsWith("live\n");
        }
    }

    @Test
    void theLinksTimeoutPolls() throws Exception {
        String channel = World.name("polled");
        String path = "/" + channel;
        var polls = new AtomicInteger();
        origin().on(path, Answer.ok("", hold(channel, "0", path + "/next", "timeout=1")));
        origin().on(path + "/next", request -> {
            int poll = polls.incrementAndGet();
            return Answer.ok("poll " + poll + "\n", hold(channel, Integer.toString(poll), path + "/next", "timeout=1"));
        });
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            String text = wire.readUntil("\n") + wire.readUntil("\n");
            assertThat(text).isEqualTo("poll 1\npoll 2\n");
        }
        assertThat(origin().received(path + "/next").get(1).header("Grip-Last")).isEqualTo(channel + "; last-id=1");
    }

    @Test
    void aFailedFetchIsTriedAgain() throws Exception {
        String path = "/" + World.name("flaky");
        var tries = new AtomicInteger();
        origin().on(path, Answer.ok("first ", "Grip-Link: <" + path + "/2>; rel=next"));
        origin().on(
                        path + "/2",
                        request -> tries.incrementAndGet() == 1
                                ? Answer.of("500 Oops", "an error page")
                                : Answer.ok("second"));
        assertThat(world().get(path).text()).isEqualTo("first second");
        assertThat(tries).hasValue(2);
    }

    @Test
    void aNextResponseMayNotBeALongPoll() throws Exception {
        String path = "/" + World.name("wrong-hold");
        origin().on(path, Answer.ok("first ", "Grip-Link: <" + path + "/2>; rel=next"));
        origin().on(path + "/2", Answer.ok("secret", "Grip-Hold: response", "Grip-Channel: c"));
        try (var wire = world().client()) {
            wire.send(HttpWire.request("GET", path, null, "Host: debug.test"));
            wire.head();
            assertThat(wire.readUntil("non-stream hold.\n")).contains("Next link returned non-stream hold.");
        }
    }

    /** Meta and filters are of the session (Sluice merges), not of one response (quirk 4). */
    @Test
    void metaAcrossANextLink() throws Exception {
        String channel = World.name("sticky");
        String path = "/" + channel;
        origin().on(path, Answer.ok("", "Grip-Set-Meta: user=alice", "Grip-Link: <" + path + "/2>; rel=next"));
        origin().on(path + "/2", Answer.ok("", "Grip-Hold: stream", "Grip-Channel: " + channel + "; filter=skip-self"));
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            world().publish(
                            Items.meta(Items.stream(channel, "from alice\n"), "sender", "alice"),
                            Items.stream(channel, "end\n"));
            assertThat(wire.readUntil("end\n")).isEqualTo(isSluice() ? "end\n" : "from alice\nend\n");
        }
    }

    /** Quirk 1, security relevant: Pushpin merges fetches of one path though their queries differ. */
    @Test
    void fetchesOfTwoUsersAreNeverMerged() throws Exception {
        String path = "/" + World.name("users");
        origin().on(path, request -> Answer.ok("", "Grip-Link: <" + path + "/next?" + request.query() + ">; rel=next"));
        origin().on(path + "/next", request -> {
            await().until(() -> !isSluice() || origin().received(path + "/next").size() == 2);
            return Answer.ok(request.query());
        });
        try (var alice = world().client();
                var bob = world().client()) {
            alice.send(HttpWire.request("GET", path + "?alice", null));
            bob.send(HttpWire.request("GET", path + "?bob", null));
            String toAlice = alice.reply().text();
            String toBob = bob.reply().text();
            if (isSluice()) {
                assertThat(toAlice).isEqualTo("alice");
                assertThat(toBob).isEqualTo("bob");
            } else {
                assertThat(toAlice).isIn("alice", "bob");
            }
        }
    }

    /** Since Pushpin 1.41. */
    @Test
    void theGoneLinkIsCalledOnce() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(isSluice(), "Pushpin 1.36 has no gone links");
        String channel = World.name("gone");
        String path = "/" + channel;
        origin().on(
                        path,
                        Answer.ok(
                                "",
                                "Grip-Hold: stream",
                                "Grip-Channel: " + channel,
                                "Grip-Link: </" + channel + "/bye?x=1>; rel=gone"));
        origin().on(path + "/bye", Answer.ok(""));
        HttpWire wire = world().held(path, channel);
        wire.head();
        assertThat(origin().received(path + "/bye")).isEmpty();
        wire.close();
        await().until(() -> !origin().received(path + "/bye").isEmpty());
        Received bye = origin().received(path + "/bye").get(0);
        assertThat(bye.method()).isEqualTo("POST");
        assertThat(bye.query()).isEqualTo("x=1");
        assertThat(bye.body()).isEmpty();
    }

    static String[] hold(String channel, String prevId, String next, String... linkParameters) {
        String parameters = linkParameters.length == 0 ? "" : "; " + String.join("; ", linkParameters);
        return new String[] {
            "Grip-Hold: stream",
            "Grip-Channel: " + channel + "; prev-id=" + prevId,
            "Grip-Link: <" + next + ">; rel=next" + parameters
        };
    }
}
