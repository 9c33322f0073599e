package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** An origin with a log, a publisher that lags behind it, and clients of one channel. */
final class StreamWorld {
    private static final int PAGE = 3;

    final Rig rig = new Rig();
    final List<FakeExchange> clients = new ArrayList<>();
    /** Requests that the origin has read its log for, and has yet to answer. */
    final ArrayDeque<Runnable> answers = new ArrayDeque<>();

    int log;
    int published;
    int failuresInRow;
    /** Nobody can notice the loss of the last item before another one comes. */
    boolean lastWasLost;
    /** Subscribers were told that the home does not answer. */
    boolean overdue;

    /** @param silent whether the home has yet to answer */
    StreamWorld(int backlog, boolean silent) {
        log = backlog;
        published = backlog / 2;
        rig.fanout.answerAtOnce = !silent;
        for (String token : List.of("x", "x", "y")) {
            connect(token);
        }
    }

    /** Once all is calm, each client must have seen each event once and in order. */
    void check() {
        settle();
        var all = new StringBuilder();
        for (int i = 1; i <= log; i++) {
            all.append(i).append(' ');
        }
        for (FakeExchange client : clients) {
            assertThat(client.sink.open()).isTrue();
            assertThat(client.sink.text()).isEqualTo(all.toString());
        }
    }

    private void connect(String token) {
        home();
        // The origin answers a first request with all it has, or a page of it.
        var body = new StringBuilder();
        String[] headers = respond(0, log, token, body);
        clients.add(rig.accept("/events?t=" + token, body.toString(), headers));
    }

    /** The home has heard of the subscriptions, and answers. */
    void confirm() {
        if (!rig.fanout.answerAtOnce) {
            rig.fanout.answerAtOnce = true;
            Subscribed state = home();
            if (rig.fanout.unanswered.containsKey("a")) {
                rig.fanout.subscribed("a", state);
            }
            if (overdue) {
                rig.fanout.updateAll();
            }
        }
    }

    /** Subscribers are told that there is no answer: once there is one, they are to ask their origins. */
    void giveUpWaiting() {
        if (!rig.fanout.answerAtOnce && rig.fanout.unanswered.containsKey("a")) {
            overdue = true;
            rig.fanout.subscribed("a", new Subscribed(false, false, null));
        }
    }

    /** What the home of the channel says to a subscriber. */
    private Subscribed home() {
        var state = new Subscribed(true, published == 0, published == 0 ? null : "" + published);
        rig.fanout.answers.put("a", state);
        return state;
    }

    private static String[] respond(int from, int size, String token, StringBuilder body) {
        int to = Math.min(size, from + PAGE);
        for (int i = from + 1; i <= to; i++) {
            body.append(i).append(' ');
        }
        if (to < size) {
            return new String[] {
                "Grip-Channel", "a; prev-id=" + to, "Grip-Link", "</n?t=" + token + "&from=" + to + ">; rel=next"
            };
        }
        return new String[] {
            "Grip-Hold",
            "stream",
            "Grip-Channel",
            "a; prev-id=" + to,
            "Grip-Link",
            "</n?t=" + token + ">; rel=next; timeout=36000"
        };
    }

    void append() {
        log++;
    }

    void publish() {
        if (published < log) {
            published++;
            lastWasLost = false;
            home();
            deliver(published);
        }
    }

    /** To those who are subscribed; an answer that is under way may be overtaken. */
    private void deliver(int id) {
        if (rig.fanout.answerAtOnce || (id % 2 == 0 && !overdue)) {
            rig.stream("a", "" + id, "" + (id - 1), id + " ");
        }
    }

    void lose() {
        if (published < log) {
            published++;
            lastWasLost = true;
            home();
        }
    }

    /** @param back how long ago it was published */
    void redeliver(int back) {
        int id = published - back;
        if (id > 0) {
            deliver(id);
        }
    }

    /** The origin looks at its log now, and answers later. */
    void read() {
        if (rig.origin.waiting() == 0) {
            return;
        }
        FakeOrigin.Asked asked = rig.origin.take();
        int size = log;
        answers.add(() -> {
            failuresInRow = 0;
            String query = asked.uri();
            String token = query.replaceAll(".*[?&]t=([^&]*).*", "$1");
            int from = query.contains("from=")
                    ? Integer.parseInt(query.replaceAll(".*from=", ""))
                    : Integer.parseInt(asked.lastIds().get(0).replaceAll(".*last-id=", ""));
            var body = new StringBuilder();
            String[] headers = respond(from, size, token, body);
            asked.answer(200, body.toString(), headers);
        });
    }

    void answer() {
        if (!answers.isEmpty()) {
            answers.remove().run();
        }
    }

    void fail() {
        if (rig.origin.waiting() > 0 && failuresInRow < 4) {
            failuresInRow++;
            rig.origin.take().fail("refused");
        }
    }

    void step(int op) {
        FakeExchange client = clients.get(op % clients.size());
        switch (op % 16) {
            case 0, 1 -> append();
            case 2, 3, 4 -> publish();
            case 5 -> lose();
            case 6 -> read();
            case 7, 8 -> answer();
            case 9 -> rig.timers.advance(100);
            case 10 -> rig.timers.advance(2000);
            case 11 -> redeliver(op / 16);
            case 12 -> {
                if (client.sink.writable) {
                    client.sink.block(op % 2 == 0 ? 10 : Rig.OUTBOX_BYTES + 10);
                } else {
                    client.sink.unblock();
                }
            }
            case 13 -> confirm();
            case 14 -> giveUpWaiting();
            default -> {
                if (op % 3 == 0) {
                    rig.fanout.updateAll();
                } else {
                    fail();
                }
            }
        }
    }

    /** The world calms down, long before any poll is due. */
    private void settle() {
        confirm();
        for (FakeExchange client : clients) {
            client.sink.unblock();
        }
        while (published < log) {
            publish();
        }
        if (lastWasLost) {
            log++;
            publish();
        }
        for (int i = 0; i < 100; i++) {
            read();
            answer();
            rig.timers.advance(1000);
        }
    }
}
