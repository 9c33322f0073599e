package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** An origin with a log, a publisher that lags behind it, and clients that poll one channel with their position. */
final class PollWorld {
    private static final int PAGE = 3;

    /** A client: polls again as soon as it has an answer. */
    private static final class Client {
        final StringBuilder text = new StringBuilder();
        FakeExchange exchange;
        int position;
        int retries;
        boolean asked;

        Client(FakeExchange first) {
            exchange = first;
        }
    }

    final Rig rig = new Rig();
    private final List<Client> clients = new ArrayList<>();
    /** Requests that the origin has read its log for, and has yet to answer. */
    private final ArrayDeque<Runnable> answers = new ArrayDeque<>();

    private int log;
    private int published;
    /** Nobody can notice the loss of the last item before another one comes. */
    private boolean lastWasLost;

    PollWorld(int backlog) {
        log = backlog;
        published = backlog / 2;
        home();
        for (int i = 0; i < 3; i++) {
            clients.add(new Client(rig.exchange("/poll")));
        }
    }

    private void home() {
        rig.answerFor("a", published == 0, published == 0 ? null : "" + published);
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

    void lose() {
        if (published < log) {
            published++;
            lastWasLost = true;
            home();
        }
    }

    /** @param back how long ago it was published */
    void redeliver(int back) {
        if (published > back) {
            deliver(published - back);
        }
    }

    private void deliver(int id) {
        rig.publish(Rig.response("a", "" + id, "" + (id - 1), Rig.answer(id + " ")));
    }

    /** The client sends its request, if it has none under way, and the origin looks at its log. */
    void poll(int number) {
        Client client = clients.get(number % clients.size());
        takeAnswer(client);
        boolean again = client.exchange.retries.size() > client.retries;
        if (client.asked && !again) {
            return;
        }
        client.asked = true;
        client.retries = client.exchange.retries.size();
        int from = client.position;
        int to = Math.min(log, from + PAGE);
        answers.add(() -> answer(client.exchange, from, to));
    }

    private void answer(FakeExchange exchange, int from, int to) {
        if (from == to) {
            rig.accept(
                    exchange, "", "Grip-Hold", "response", "Grip-Channel", "a; prev-id=" + to, "Grip-Timeout", "36000");
            return;
        }
        var body = new StringBuilder();
        for (int i = from + 1; i <= to; i++) {
            body.append(i).append(' ');
        }
        rig.accept(exchange, body.toString());
    }

    private void takeAnswer(Client client) {
        assertThat(client.exchange.failure).isNull();
        if (client.exchange.response != null) {
            client.text.append(client.exchange.body());
            client.position = client.text.toString().split(" ").length;
            client.exchange = rig.exchange("/poll");
            client.retries = 0;
            client.asked = false;
        }
    }

    void answer() {
        if (!answers.isEmpty()) {
            answers.remove().run();
        }
    }

    void step(int op) {
        switch (op % 12) {
            case 0, 1 -> append();
            case 2, 3 -> publish();
            case 4 -> lose();
            case 5, 6 -> poll(op / 12);
            case 7, 8 -> answer();
            case 9 -> rig.timers.advance(op % 2 == 0 ? 2000 : 100);
            case 10 -> redeliver(op / 12);
            default -> rig.fanout.updateAll();
        }
    }

    /** Once all is calm, each client must have seen each event once and in order; long before any hold times out. */
    void check() {
        while (published < log) {
            publish();
        }
        if (lastWasLost) {
            append();
            publish();
        }
        for (int i = 0; i < 150; i++) {
            poll(i);
            answer();
            rig.timers.advance(1000);
        }
        var all = new StringBuilder();
        for (int i = 1; i <= log; i++) {
            all.append(i).append(' ');
        }
        for (Client client : clients) {
            takeAnswer(client);
            assertThat(client.text.toString()).isEqualTo(all.toString());
        }
    }
}
