package io.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** One connection per client while a node is cut off, and after. */
final class DividedClaims implements AutoCloseable {
    private final Node larger;
    private final Node cutOff;
    private final ClaimedStream before;
    private ClaimedStream after;

    /** While all is well: a client connects to the node that will be cut off. */
    DividedClaims(Node larger, Node cutOff) throws IOException {
        this.larger = larger;
        this.cutOff = cutOff;
        this.before = ClaimedStream.open(cutOff, "ann");
        this.after = before;
    }

    /** Both sides know. */
    void whileDivided() throws IOException {
        try (ClaimedStream refused = ClaimedStream.ask(cutOff, "eve")) {
            assertThat(refused.head())
                    .as("a new client on the smaller side")
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: ");
        }
        after = ClaimedStream.open(larger, "ann");
        assertThat(before.toEnd())
                .as("after the grace the smaller side ends what it can't vouch for, and the client may come back")
                .doesNotContain("sluice-displaced");
    }

    /** The sides are one again. */
    void whenOne() throws IOException {
        ClaimedStream newest = ClaimedStream.openWhenKnown(cutOff, "ann");
        assertThat(after.toEnd()).contains("event: sluice-displaced").contains("newer-connection");
        newest.close();
        ClaimedStream.openWhenKnown(cutOff, "eve").close();
    }

    @Override
    public void close() throws IOException {
        before.close();
        after.close();
    }
}
