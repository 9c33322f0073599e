package io.sluice.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ConnectionIdTest {
    @Property
    void anIdIsARandomUuidThatNamesNodeAndLoop(
            @ForAll String node, @ForAll String other, @ForAll @IntRange(max = 4095) int loop) {
        ConnectionId made = ConnectionId.make(node, loop);
        UUID uuid = UUID.fromString(made.toString());
        assertThat(uuid.version()).isEqualTo(4);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(uuid).hasToString(made.toString());

        ConnectionId read = Objects.requireNonNull(ConnectionId.parse(made.toString()));
        assertThat(read).hasToString(made.toString());
        assertThat(read.loop()).isEqualTo(loop);
        assertThat(read.mayBeOf(node)).isTrue();
        assertThat(read.mayBeOf(other)).isEqualTo(node.hashCode() == other.hashCode());
    }

    @Example
    void noTwoAreAlike() {
        var ids = new HashSet<String>();
        for (int i = 0; i < 100_000; i++) {
            ids.add(ConnectionId.make("n1", 1).toString());
        }
        assertThat(ids).hasSize(100_000);
    }

    @Example
    void otherTextsAreNoIds() {
        String id = ConnectionId.make("n1", 1).toString();
        for (String text : List.of(
                "",
                "nonsense",
                id + " ",
                id.substring(1),
                "{" + id.substring(2) + "}",
                id.replace('-', '_'),
                id.replace("-", "") + "0000",
                "g" + id.substring(1),
                // What the JDK takes for one, but nobody made.
                "0000000000000000000000001-1-1-1-0001",
                id.substring(0, 14) + "1" + id.substring(15),
                id.substring(0, 19) + "0" + id.substring(20))) {
            assertThat(ConnectionId.parse(text)).as(text).isNull();
        }
    }

    @Example
    void lettersMayBeLarge() {
        ConnectionId made = ConnectionId.make("n1", 7);
        assertThat(ConnectionId.parse(made.toString().toUpperCase(Locale.ROOT))).hasToString(made.toString());
    }
}
