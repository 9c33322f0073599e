package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.grip.GripException;
import io.sluice.grip.SocketEvent;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PendingEventsTest {
    private final PendingEvents pending = new PendingEvents();

    private void add(String... events) {
        for (String event : events) {
            pending.add(FakeEventsOrigin.event(event));
        }
    }

    private List<String> offer() {
        return show(pending.offer(false));
    }

    private static List<String> show(List<SocketEvent> events) {
        return events.stream().map(FakeEventsOrigin::show).toList();
    }

    /** GRIP, transcript "replay": of {@code [foo][hello} five bytes are accepted. */
    @Example
    void theRestOfAMessageGoesOutWithTheNextOne() throws GripException {
        add("TEXT [foo][hello");
        assertThat(offer()).containsExactly("TEXT [foo][hello");
        assertThat(pending.replayed()).isZero();
        pending.accepted(5);
        assertThat(pending.fresh()).as("nothing that was not offered").isFalse();
        assertThat(pending.replayed()).isEqualTo(6);
        pending.add(FakeEventsOrigin.event("TEXT  world]"));
        assertThat(pending.fresh()).isTrue();
        assertThat(pending.replayed()).isEqualTo(6);
        assertThat(pending.offer(false).stream().map(event -> new String(event.content(), UTF_8)))
                .containsExactly("[hello", " world]");
        pending.accepted();
        assertThat(pending.replayed()).isZero();
        assertThat(pending.bytes()).isZero();
        assertThat(offer()).isEmpty();
    }

    /** GRIP, transcript "removePartial". */
    @Example
    void emptyEventsGoWithTheirSuccessor() throws GripException {
        add("TEXT ab", "TEXT", "PING", "BINARY cd", "PONG", "TEXT ef");
        assertThat(offer()).hasSize(6);
        pending.accepted(2);
        assertThat(offer()).containsExactly("TEXT", "PING", "BINARY cd", "PONG", "TEXT ef");
        pending.accepted(1);
        assertThat(offer()).containsExactly("BINARY d", "PONG", "TEXT ef");
        pending.accepted(3);
        assertThat(offer()).isEmpty();
    }

    @Example
    void nothingAcceptedIsOfferedAgain() throws GripException {
        add("TEXT ab");
        pending.offer(false);
        pending.accepted(0);
        assertThat(pending.fresh()).isFalse();
        assertThat(pending.replayed()).isEqualTo(2);
        assertThat(offer()).containsExactly("TEXT ab");
    }

    @Example
    void eventsWithoutContentAreAcceptedByNothing() throws GripException {
        add("PING", "TEXT");
        pending.offer(false);
        pending.accepted(0);
        assertThat(offer()).isEmpty();
    }

    @Example
    void moreThanWasOfferedCannotBeAccepted() {
        add("TEXT ab");
        pending.offer(false);
        add("TEXT cd");
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> pending.accepted(3))
                .withMessage("Content-Bytes-Accepted is 3 of 2 bytes offered");
        assertThatExceptionOfType(GripException.class).isThrownBy(() -> pending.accepted(-1));
    }

    @Example
    void aCloseIsAcceptedAsAWhole() throws GripException {
        add("TEXT ab", "CLOSE 1000 bye");
        pending.offer(false);
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> pending.accepted(3))
                .withMessage("Content-Bytes-Accepted ends within a close");
        var other = new PendingEvents();
        other.add(FakeEventsOrigin.event("TEXT ab"));
        other.add(FakeEventsOrigin.event("CLOSE 1000 bye"));
        other.offer(false);
        other.accepted(7);
        assertThat(other.offer(false)).isEmpty();
    }

    @Example
    void whatComesMeanwhileIsNotAcceptedWithTheOffer() throws GripException {
        add("TEXT ab");
        pending.offer(false);
        add("TEXT cd");
        assertThat(pending.fresh()).isTrue();
        pending.accepted(2);
        assertThat(pending.replayed()).isZero();
        assertThat(offer()).containsExactly("TEXT cd");
    }

    @Example
    void anOfferThatFailedIsNoReplay() {
        add("TEXT ab");
        pending.offer(false);
        assertThat(pending.replayed()).isZero();
        assertThat(offer()).containsExactly("TEXT ab");
    }

    @Example
    void oneEventARequestAndOneMoreBehindARest() throws GripException {
        add("TEXT ab", "PING", "TEXT cd");
        assertThat(show(pending.offer(true))).containsExactly("TEXT ab");
        pending.accepted(1);
        assertThat(pending.fresh()).isTrue();
        assertThat(show(pending.offer(true))).containsExactly("TEXT b", "PING");
        pending.accepted();
        assertThat(show(pending.offer(true))).containsExactly("TEXT cd");
    }

    @Example
    void aBatchHasALimitOfBytesAndOneLargeEventIsABatch() throws GripException {
        String half = "TEXT " + "x".repeat(PendingEvents.BATCH_BYTES / 2);
        add(half, half, "TEXT 1", "TEXT " + "y".repeat(2 * PendingEvents.BATCH_BYTES), "PING");
        assertThat(pending.offer(false)).hasSize(2);
        pending.accepted();
        assertThat(offer()).containsExactly("TEXT 1");
        pending.accepted();
        assertThat(pending.offer(false)).as("alone, whatever its size").hasSize(1);
        pending.accepted();
        assertThat(offer()).containsExactly("PING");
        pending.accepted();
        assertThat(pending.bytes()).isZero();
    }

    @Example
    void behindARestThereIsAlwaysSomethingNew() throws GripException {
        String full = "TEXT " + "x".repeat(PendingEvents.BATCH_BYTES);
        add(full, full, full);
        assertThat(pending.offer(false)).hasSize(1);
        pending.accepted(0);
        assertThat(pending.offer(false)).hasSize(2);
        pending.accepted(0);
        assertThat(pending.replayed()).isEqualTo(2 * PendingEvents.BATCH_BYTES);
        assertThat(pending.offer(false)).hasSize(3);
    }

    @Example
    void aBatchHasALimitOfEvents() throws GripException {
        for (int i = 0; i < PendingEvents.BATCH_EVENTS + 7; i++) {
            add("TEXT " + i);
        }
        assertThat(pending.offer(false)).hasSize(PendingEvents.BATCH_EVENTS);
        pending.accepted();
        assertThat(pending.offer(false)).hasSize(7);
    }

    /** Whatever is accepted: the origin gets each byte in its order, and knows what of it is new. */
    @Property
    void nothingIsLostAndNothingTwice(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 4) Integer> lengths,
            @ForAll @Size(max = 100) List<@IntRange(min = 0, max = 9) Integer> acceptances,
            @ForAll boolean oneEvent)
            throws GripException {
        var sent = new StringBuilder();
        var accepted = new StringBuilder();
        int next = 0;
        int left = 0;
        var turns = new ArrayList<>(acceptances);
        turns.addAll(List.of(9, 9, 9, 9));
        for (int turn : turns) {
            for (int i = 0; i < 1 + turn % 3 && next < lengths.size(); i++) {
                String content =
                        Integer.toString(next).repeat(lengths.get(next)).substring(0, lengths.get(next++));
                sent.append(content);
                add("TEXT " + content);
            }
            assertThat(pending.replayed()).isEqualTo(left);
            String offered = String.join(
                    "",
                    pending.offer(oneEvent).stream()
                            .map(event -> new String(event.content(), UTF_8))
                            .toList());
            int taken = Math.min(turn, offered.length());
            accepted.append(offered, 0, taken);
            left = offered.length() - taken;
            if (left == 0) {
                pending.accepted();
            } else {
                pending.accepted(taken);
            }
        }
        for (List<SocketEvent> rest = pending.offer(false); !rest.isEmpty(); rest = pending.offer(false)) {
            rest.forEach(event -> accepted.append(new String(event.content(), UTF_8)));
            pending.accepted();
        }
        assertThat(accepted.toString()).isEqualTo(sent.toString());
        assertThat(pending.bytes()).isZero();
    }
}
