package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Sizes (GRIP, limits and timeouts; parse failure and size limits). */
abstract class LimitCases extends ProtocolCases {
    private static final String LARGE = "0123456789".repeat(11_000);

    @Test
    void anOversizedHead() throws IOException {
        refused(request("GET", "/x", null, "A: " + "x".repeat(20_000)), 431);
    }

    @Test
    void anOversizedTarget() throws IOException {
        refused(request("GET", "/" + "x".repeat(20_000), null), 414);
    }

    @Test
    void tooManyHeaders() throws IOException {
        String[] many = new String[100];
        for (int i = 0; i < many.length; i++) {
            many[i] = "X-" + i + ": y";
        }
        refused(request("GET", "/x", null, many), 431);
    }

    /** Pushpin 1.36 closes without a word. */
    private void refused(String request, int status) throws IOException {
        try (var wire = world().client()) {
            wire.send(request);
            if (isSluice()) {
                assertThat(wire.reply().status()).isEqualTo(status);
            }
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void aLargeBodyBeforeAStreamHold() throws Exception {
        String channel = World.name("large-stream");
        origin().on("/" + channel, Answer.ok(LARGE, "Grip-Hold: stream", "Grip-Channel: " + channel));
        try (HttpWire wire = world().held("/" + channel, channel)) {
            Reply head = wire.head();
            assertThat(head.header("Content-Length")).isNull();
            assertThat(head.header("Grip-Hold")).isNull();
            world().publish(Items.stream(channel, "|"));
            assertThat(wire.readUntil("|")).hasSize(LARGE.length() + 1).startsWith("0123");
        }
    }

    @Test
    void aLargePageBeforeTheNext() throws Exception {
        String path = "/" + World.name("large-page");
        origin().on(path, Answer.ok(LARGE, "Grip-Link: <" + path + "/2>; rel=next", "Content-Type: text/x"));
        origin().on(path + "/2", Answer.ok("second"));
        Reply reply = world().get(path);
        assertThat(reply.header("Content-Type")).isEqualTo("text/x");
        assertThat(reply.text().equals(LARGE + "second")).isTrue();
    }

    @Test
    void aLargeBodyOfALongPoll() throws IOException {
        String path = "/" + World.name("large-poll");
        origin().on(path, Answer.ok(LARGE, "Grip-Hold: response", "Grip-Channel: c"));
        Reply reply = world().get(path);
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.text()).isEqualTo(FailureCases.PLAIN);
        assertThat(world().get(path, "Host: debug.test").text()).startsWith("GRIP instruct response too large from ");
    }

    /** It would have to be kept for a retry. */
    @Test
    void aLargeRequestThatIsAnsweredWithAHold() throws IOException {
        String path = "/" + World.name("large-request");
        origin().on(path, Answer.ok("", "Grip-Hold: response", "Grip-Channel: c"));
        Reply reply = HttpWire.exchange(world().server().clientPort(), request("POST", path, LARGE));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text().strip()).isEqualTo("Request too large to accept GRIP instruct.");
    }
}
