package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A feed between two sockets in memory, with a publisher that answers when it is told to. */
class ZmqFeedTest {
    private static final int MARK = 100;

    private final ZContext zmq = new ZContext();
    private final Stats stats = new Stats();
    private final List<List<PublishItem>> batches = new ArrayList<>();
    private final List<ZmqFeed.Answer> answers = new ArrayList<>();
    private final ZMQ.Socket pull = zmq.createSocket(SocketType.PULL);
    private final ZMQ.Socket push = zmq.createSocket(SocketType.PUSH);
    private final ZmqFeed feed = new ZmqFeed(
            pull,
            null,
            1000,
            (items, answer) -> {
                batches.add(items);
                answers.add(answer);
            },
            () -> {},
            stats);

    ZmqFeedTest() {
        pull.setRcvHWM(MARK);
        push.setSndHWM(MARK);
        pull.bind("inproc://feed");
        push.connect("inproc://feed");
    }

    @AfterEach
    void close() {
        zmq.close();
    }

    private boolean send(String id) {
        return push.send(
                ("J{\"channel\":\"c\",\"id\":\"" + id + "\",\"http-stream\":{\"content\":\"x\"}}").getBytes(UTF_8),
                ZMQ.DONTWAIT);
    }

    private List<String> ids() {
        return batches.stream()
                .flatMap(List::stream)
                .map(item -> String.valueOf(item.id()))
                .toList();
    }

    @Test
    void one_batch_is_on_its_way_at_a_time_and_the_order_is_kept() {
        send("1");
        feed.run();
        send("2");
        send("3");
        feed.run();
        assertThat(ids()).containsExactly("1");
        answers.get(0).of(null);
        feed.run();
        assertThat(batches).hasSize(2);
        assertThat(ids()).containsExactly("1", "2", "3");
        assertThat(feed.done()).isFalse();
        answers.get(1).of(null);
        assertThat(feed.done()).isTrue();
    }

    @Test
    void while_nothing_is_answered_so_much_is_read_and_then_the_publisher_has_to_wait() {
        send("0");
        feed.run();
        int sent = 1;
        for (int round = 0; round < 100; round++) {
            while (send(String.valueOf(sent))) {
                sent++;
            }
            feed.run();
        }
        assertThat(feed.hasRoom()).isFalse();
        assertThat(sent).isLessThanOrEqualTo(1 + ZmqFeed.MAX_ITEMS + 2 * MARK).isGreaterThan(ZmqFeed.MAX_ITEMS);
        while (batches.stream().mapToInt(List::size).sum() < sent) {
            answers.get(answers.size() - 1).of(null);
            feed.run();
        }
        assertThat(ids()).hasSize(sent).startsWith("0", "1", "2").endsWith(String.valueOf(sent - 1));
    }

    @Test
    void what_can_not_be_read_is_counted_and_the_next_goes_on() {
        push.send("5:xx");
        push.sendMore("1:a,");
        push.send("1:b,");
        push.send(new byte[1001]);
        push.send("J{\"channel\":\"c\"}");
        send("1");
        feed.run();
        assertThat(ids()).containsExactly("1");
        assertThat(stats.value(Counter.PUBLISHES_REFUSED)).isEqualTo(4);
    }

    @Test
    void items_that_no_home_confirms_are_counted_as_dropped() {
        send("1");
        feed.run();
        answers.get(0).of(new IllegalStateException("nobody home"));
        assertThat(stats.value(DropReason.PUBLISH_UNCONFIRMED)).isEqualTo(1);
        send("2");
        feed.run();
        assertThat(ids()).containsExactly("1", "2");
    }

    @Test
    void at_the_end_nothing_more_is_read_once_nothing_was_there_and_what_is_left_is_counted() {
        send("1");
        feed.finish(true);
        send("2");
        feed.finish(true);
        assertThat(ids()).containsExactly("1");
        feed.abandon();
        assertThat(stats.value(DropReason.PUBLISH_UNCONFIRMED)).isZero();
        feed.run(); // behind the one that is on its way
        feed.abandon();
        assertThat(stats.value(DropReason.PUBLISH_UNCONFIRMED)).isEqualTo(1);
        answers.get(0).of(null);
        assertThat(feed.done()).isTrue();
    }

    @Test
    void at_the_end_of_the_time_for_it_nothing_more_is_read() {
        send("1");
        feed.finish(false);
        assertThat(feed.done()).isTrue();
        assertThat(batches).isEmpty();
    }
}
