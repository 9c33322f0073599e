package io.sluice.router;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.ChannelHomes;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogBounds;
import io.sluice.channel.LogState;
import io.sluice.channel.LogStore;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import io.sluice.channel.Sequencer;
import io.sluice.channel.TailBound;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a home takes for done, while members come and go. */
class LoggedTest {
    private static final LogBounds BOUNDS = new LogBounds(10, 1000, 1000, 1000);

    private final Vertx vertx = Vertx.vertx();
    private final Homes homes = new Homes();
    private final Store store = new Store();
    private final Logged logged = new Logged(vertx, homes, store, () -> 0);
    private final HomeChannel channel =
            new HomeChannel("c", new Position(7, 0), new Sequencer(10, 1000, () -> 0), BOUNDS);
    private final List<@Nullable LogState> restored = new ArrayList<>();

    private static final class Homes implements ChannelHomes {
        Set<String> members = Set.of("a", "b", "c");
        boolean isolated;
        volatile boolean settled = true;
        long term;

        void alone(boolean smaller) {
            members = Set.of("a");
            isolated = smaller;
            term++;
        }

        @Override
        public String self() {
            return "a";
        }

        @Override
        public String homeOf(String channel) {
            return "a";
        }

        @Override
        public Set<String> members() {
            return members;
        }

        @Override
        public boolean isolated() {
            return isolated;
        }

        @Override
        public boolean settled() {
            return settled;
        }

        @Override
        public long refresh() {
            return term;
        }

        @Override
        public void onChange(Handler<Void> listener) {}
    }

    /** Answers when the test says so. */
    private static final class Store implements LogStore {
        final List<LogAppend> appends = new CopyOnWriteArrayList<>();
        final Queue<Promise<Boolean>> answers = new ConcurrentLinkedQueue<>();
        final ArrayDeque<Promise<@Nullable LogState>> reads = new ArrayDeque<>();

        @Override
        public Future<@Nullable LogState> read(String channel) {
            reads.add(Promise.promise());
            return reads.getLast().future();
        }

        @Override
        public Future<Boolean> append(String channel, LogAppend append) {
            appends.add(append);
            Promise<Boolean> answer = Promise.promise();
            answers.add(answer);
            return answer.future();
        }

        @Override
        public Future<LogTail> tail(String channel, Position after, TailBound bound) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<LogTail> tailAfter(String channel, String id) {
            throw new UnsupportedOperationException();
        }
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void what_was_done_while_a_member_went_is_asked_for_again_of_those_who_are_left() {
        Future<Logged.Outcome> outcome = append();
        homes.alone(false);
        store.answers.remove().complete(true);
        assertThat(outcome.isComplete()).isFalse();
        store.answers.remove().complete(true);
        assertThat(outcome.result()).isEqualTo(Logged.Outcome.DONE);
        assertThat(store.appends).extracting(LogAppend::commit).hasSize(2).containsOnly(channel.commit);
        assertThat(store.appends).extracting(LogAppend::members).containsExactly(3, 1);
    }

    @Test
    void nothing_is_done_before_those_who_are_left_have_answered() {
        homes.settled = false;
        Future<Logged.Outcome> outcome = append();
        store.answers.remove().complete(true);
        Awaitility.await().until(() -> !store.answers.isEmpty());
        assertThat(outcome.isComplete()).isFalse();
        homes.settled = true;
        store.answers.remove().complete(true);
        Awaitility.await().until(outcome::isComplete);
        assertThat(outcome.result()).isEqualTo(Logged.Outcome.DONE);
    }

    @Test
    void what_a_smaller_part_has_done_by_itself_is_not_done() {
        Future<Logged.Outcome> outcome = append();
        homes.alone(true);
        store.answers.remove().complete(true);
        assertThat(outcome.result()).isEqualTo(Logged.Outcome.UNCERTAIN);
        assertThat(channel.commit).isZero();
        assertThat(append().result()).isEqualTo(Logged.Outcome.ISOLATED);
        assertThat(store.appends).hasSize(1);
    }

    @Test
    void what_a_smaller_part_reads_is_not_believed() {
        Future<?> read = logged.read(channel, restored::add);
        homes.alone(true);
        store.reads.remove().complete(new LogState(new Position(7, 1), 1, null, List.of(), List.of()));
        assertThat(read.failed()).isTrue();
        assertThat(logged.read(channel, restored::add).failed()).isTrue();
        assertThat(restored).isEmpty();
        assertThat(store.reads).isEmpty();
    }

    @Test
    void what_was_read_while_a_member_went_is_read_again() {
        logged.read(channel, restored::add);
        homes.alone(false);
        store.reads.remove().complete(null);
        assertThat(restored).isEmpty();
        store.reads.remove().complete(null);
        assertThat(restored).hasSize(1);
    }

    private Future<Logged.Outcome> append() {
        var given = new Given();
        given.items.add(item("c", "1", null));
        return logged.append(channel, BOUNDS, given);
    }
}
