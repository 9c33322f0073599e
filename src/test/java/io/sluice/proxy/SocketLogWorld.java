package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvent;
import io.sluice.wire.SocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An origin with two logs that speaks WebSocket-over-HTTP and positions, a publisher that lags behind it, and a client that reads both
 * logs and sends messages. The second log is joined by a message.
 */
final class SocketLogWorld {
    private static final String JOIN = "J;";

    /** A channel, and the log that its items are of. */
    private final class Log {
        final String name;
        int size;
        int published;
        /** Nobody can notice the loss of the last item before another one comes. */
        boolean lastWasLost;
        /** Subscribers were told that the home does not answer. */
        boolean overdue;

        Log(String name, int size) {
            this.name = name;
            this.size = size;
            this.published = size / 2;
            home();
        }

        /** What the home of the channel says to a subscriber. */
        Subscribed home() {
            boolean unheard = forgetful && !world.rig.fanout.channels().contains(name);
            boolean first = unheard || published == 0;
            var state = new Subscribed(true, first, first ? null : "" + published);
            world.rig.fanout.answers.put(name, state);
            return state;
        }

        boolean unconfirmed() {
            return world.rig.fanout.unanswered.containsKey(name);
        }

        /** To those who are subscribed; an answer that is under way may be overtaken. */
        void deliver(int id) {
            if (!overdue && (!unconfirmed() || id % 2 == 0)) {
                world.publish(name, "" + id, "" + (id - 1), name + id);
            }
        }

        void publish() {
            if (published < size) {
                published++;
                lastWasLost = false;
                home();
                deliver(published);
            }
        }

        void lose() {
            if (published < size) {
                published++;
                lastWasLost = true;
                home();
            }
        }

        void redeliver(int back) {
            if (published > back) {
                deliver(published - back);
            }
        }

        /** The home has heard of the subscriptions, and answers. */
        void confirm() {
            if (unconfirmed()) {
                world.rig.fanout.subscribed(name, home());
            }
            if (overdue) {
                overdue = false;
                world.rig.fanout.updateAll();
            }
        }

        /** Subscribers are told that there is no answer: once there is one, they are to ask their origins. */
        void giveUpWaiting() {
            if (unconfirmed()) {
                overdue = true;
                world.rig.fanout.subscribed(name, new Subscribed(false, false, null));
            }
        }

        /** All after that position, and where it ends. */
        List<String> from(int position, boolean positionFirst) {
            var events = new ArrayList<String>();
            for (int i = position + 1; i <= size; i++) {
                events.add("TEXT m:" + name + i);
            }
            events.add(positionFirst ? 0 : events.size(), SocketWorld.subscribe(name, "" + size));
            return events;
        }

        List<String> all() {
            var all = new ArrayList<String>();
            for (int i = 1; i <= size; i++) {
                all.add("TEXT " + name + i);
            }
            return all;
        }
    }

    private final SocketWorld world = new SocketWorld();
    private final boolean forgetful;
    private final Log a;
    private final Log b;
    private final StringBuilder sent = new StringBuilder();
    /** What the origin has accepted of it. */
    private final StringBuilder taken = new StringBuilder();
    /** What it was offered, and did not accept. */
    private String left = "";

    private @Nullable Runnable answer;
    private int failuresInRow;
    private int messages;
    private boolean joined;

    /**
     * @param silent whether the home has yet to answer
     * @param forgetful whether what is published without a subscriber is heard of by nobody
     */
    SocketLogWorld(int backlog, boolean silent, boolean forgetful) {
        this.forgetful = forgetful;
        a = new Log("a", backlog);
        b = new Log("b", backlog / 2);
        world.rig.fanout.answerAtOnce = !silent;
        // Behind the backlog: what is published before the subscription takes effect would overtake it.
        world.accept(SocketWorld.GRIP, a.from(0, false).toArray(String[]::new));
    }

    void step(int op) {
        int more = op / 22;
        Log log = more % 2 == 0 ? a : b;
        switch (op % 22) {
            case 0, 1 -> log.size++;
            case 2, 3, 4 -> log.publish();
            case 5 -> log.lose();
            case 6, 7 -> read(more);
            case 8, 9 -> answer();
            case 10 -> world.rig.timers.advance(100);
            case 11 -> world.rig.timers.advance(2000);
            case 12 -> log.redeliver(more);
            case 13 -> blockOrUnblock(more);
            case 14 -> confirm();
            case 15 -> log.giveUpWaiting();
            case 16 -> world.rig.fanout.updateAll();
            case 17 -> fail();
            case 18, 19 -> say(messages++ + ";", more % 2 == 0);
            case 20 -> join();
            default -> world.rig.fanout.answerAtOnce = more % 2 == 0;
        }
    }

    private void blockOrUnblock(int more) {
        if (world.sink.writable) {
            world.sink.block(more % 2 == 0 ? 10 : Rig.OUTBOX_BYTES + 10);
        } else {
            world.sink.unblock();
        }
    }

    private void confirm() {
        world.rig.fanout.answerAtOnce = true;
        a.confirm();
        b.confirm();
    }

    private void say(String message, boolean whole) {
        if (world.answered == null) {
            return;
        }
        sent.append(message);
        if (whole) {
            world.text(message);
        } else {
            world.part(SocketFrame.Type.TEXT, false, message.substring(0, 1));
            world.part(SocketFrame.Type.CONTINUATION, true, message.substring(1));
        }
    }

    private void join() {
        if (!joined && world.answered != null) {
            joined = true;
            say(JOIN, true);
        }
    }

    /** The request does not get to the origin. */
    private void fail() {
        if (world.origin.waiting() > 0 && failuresInRow < 5) {
            failuresInRow++;
            world.origin.take().unreachable();
        }
    }

    /** The origin accepts messages, all or some, and looks at its logs now; it answers later. */
    private void read(int how) {
        if (world.origin.waiting() == 0) {
            return;
        }
        FakeEventsOrigin.Asked asked = world.origin.take();
        failuresInRow = 0;
        String offered = offered(asked);
        String accepted = how % 3 == 2 ? offered.substring(0, offered.length() / 2) : offered;
        left = offered.substring(accepted.length());
        boolean joining = !taken.toString().contains(JOIN);
        taken.append(accepted);
        joining &= taken.toString().contains(JOIN);
        var events = new ArrayList<String>();
        for (Log log : List.of(a, b)) {
            for (String lastId : asked.lastIds()) {
                if (lastId.startsWith(log.name + ";")) {
                    events.addAll(log.from(Integer.parseInt(lastId.replaceAll(".*last-id=", "")), how % 2 == 0));
                }
            }
        }
        if (joining) {
            events.addAll(b.from(0, false));
        }
        Headers headers = how % 3 == 0 ? Headers.EMPTY : Headers.of("Content-Bytes-Accepted", "" + accepted.length());
        answer = () -> asked.answer(headers, events.toArray(String[]::new));
    }

    private String offered(FakeEventsOrigin.Asked asked) {
        var offered = new StringBuilder();
        for (SocketEvent event : asked.decoded()) {
            assertThat(event.type()).isEqualTo(SocketEvent.Type.TEXT);
            offered.append(new String(event.content(), UTF_8));
        }
        assertThat(asked.header("Content-Bytes-Replayed")).isEqualTo(left.isEmpty() ? null : "" + left.length());
        assertThat(offered.toString()).startsWith(left);
        return offered.toString();
    }

    private void answer() {
        Runnable due = answer;
        answer = null;
        if (due != null) {
            due.run();
        }
    }

    /** Once all is calm, both have heard from each other all there is, once and in order. */
    void check() {
        settle();
        assertThat(world.sink.open()).isTrue();
        List<String> got = world.sink.take();
        assertThat(got.stream().filter(frame -> frame.startsWith("TEXT a"))).containsExactlyElementsOf(a.all());
        assertThat(got.stream().filter(frame -> !frame.startsWith("TEXT a")))
                .containsExactlyElementsOf(joined ? b.all() : List.of());
        assertThat(taken).hasToString(sent.toString());
    }

    private void settle() {
        confirm();
        world.sink.unblock();
        for (Log log : List.of(a, b)) {
            while (log.published < log.size) {
                log.publish();
            }
            if (log.lastWasLost) {
                log.size++;
                log.publish();
            }
        }
        say("end;", true);
        for (int i = 0; i < 100; i++) {
            read(0);
            answer();
            confirm();
            world.rig.timers.advance(1000);
        }
    }
}
