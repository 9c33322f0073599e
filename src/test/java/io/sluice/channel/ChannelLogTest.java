package io.sluice.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChannelLogTest {
    private static final LogBounds BOUNDS = new LogBounds(5, 10_000, 1000, 2000);
    private static final Position START = new Position(7, 0);

    private long commits;

    @Test
    void aLogBeginsWithItsFirstChangeAndGoesOn() {
        ChannelLog log = made(ChannelLog.change(null, append(0, START, true, 0, "a", "b")));
        assertThat(log.position()).isEqualTo(new Position(7, 2));
        assertThat(ChannelLog.change(log, append(commit(log), new Position(7, 2), false, 1, "c")))
                .isSameAs(log);
        assertThat(ids(log.tail(new Position(7, 1)))).containsExactly("b", "c");
        assertThat(log.state().ids()).containsExactly("a", "b", "c");
        assertThat(log.state().lastId()).isEqualTo("c");
    }

    @Test
    void aPartIsTheOldestItemsBehindThePosition() {
        ChannelLog log = made(ChannelLog.change(null, append(0, START, true, 0, "a", "b", "c", "d")));
        LogTail two = log.tail(new Position(7, 1), new TailBound(2, 10_000));
        assertThat(ids(two)).containsExactly("b", "c");
        assertThat(two.covered()).isTrue();
        assertThat(two.more()).isTrue();
        LogTail one = log.tail(new Position(7, 1), new TailBound(9, 1));
        assertThat(ids(one)).containsExactly("b");
        assertThat(one.more()).isTrue();
        LogTail rest = log.tail(new Position(7, 2), new TailBound(2, 10_000));
        assertThat(ids(rest)).containsExactly("c", "d");
        assertThat(rest.more()).isFalse();
        assertThat(log.tail(new Position(7, 4), new TailBound(1, 1)))
                .isEqualTo(new LogTail(new Position(7, 4), true, List.of()));
        assertThat(log.tail(new Position(6, 1), new TailBound(1, 1)).covered()).isFalse();
        made(ChannelLog.change(log, append(commit(log), new Position(7, 4), false, 1, "e", "f")));
        assertThat(log.tail(START, new TailBound(2, 10_000)).covered()).isFalse();
    }

    @Test
    void aChangeThatExpectsAnotherLogIsNotDone() {
        assertThat(ChannelLog.change(null, append(0, START, false, 0, "a"))).isNull();
        ChannelLog log = made(ChannelLog.change(null, append(0, START, true, 0, "a")));
        assertThat(ChannelLog.change(log, append(0, START, false, 0, "b"))).isNull();
        assertThat(ChannelLog.change(log, append(commit(log), new Position(8, 0), true, 0, "b")))
                .isNull();
        assertThat(log.position()).isEqualTo(new Position(7, 1));
    }

    @Test
    void aChangeOfWhatWaitsCountsThoughNoItemComesOfIt() {
        ChannelLog log = made(ChannelLog.change(null, append(0, START, true, 0, "a")));
        long known = commit(log);
        var parks = new LogAppend(
                ++commits, log.position(), known, false, List.of(), "a", List.of(new byte[] {1}), BOUNDS, 0, 3);
        made(ChannelLog.change(log, parks));
        assertThat(ChannelLog.change(log, append(known, log.position(), false, 0, "b")))
                .isNull();
        assertThat(log.state().parked()).hasSize(1);
    }

    @Test
    void aChangeDoneTwiceIsDoneOnce() {
        LogAppend append = append(0, START, true, 0, "a");
        ChannelLog log = made(ChannelLog.change(null, append));
        assertThat(ChannelLog.change(log, append)).isSameAs(log);
        assertThat(log.position()).isEqualTo(new Position(7, 1));
    }

    /** A tail is whole and said to be, or a part and said to be; bounds hold; a copy is equal. */
    @Property(tries = 300)
    void tailsAndBounds(
            @ForAll @Size(max = 30) List<@IntRange(max = 7) Integer> steps, @ForAll @IntRange(max = 40) int from) {
        ChannelLog log = null;
        var all = new ArrayList<String>();
        long now = 0;
        for (int step : steps) {
            now += step * 100L;
            String[] ids = new String[1 + step % 4];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = "i" + (all.size() + 1);
                all.add(ids[i]);
            }
            Position before = log == null ? START : log.position();
            log = made(ChannelLog.change(log, append(commit(log), before, log == null, now, ids)));
        }
        if (log == null) {
            return;
        }
        ChannelLog copy = new ChannelLog(log.snapshot());
        LogTail tail = copy.tail(new Position(7, from));
        List<String> expected = all.subList(Math.min(from, all.size()), all.size());
        assertThat(copy.position()).isEqualTo(new Position(7, all.size()));
        assertThat(copy.snapshot()).isEqualTo(log.snapshot());
        assertThat(tail.records()).hasSizeLessThanOrEqualTo(BOUNDS.items());
        if (from > all.size()) {
            assertThat(tail.covered()).isFalse();
        } else if (tail.covered()) {
            assertThat(ids(tail)).isEqualTo(expected);
        } else {
            assertThat(expected)
                    .endsWith(ids(tail).toArray(String[]::new))
                    .hasSizeGreaterThan(tail.records().size());
        }
        if (!all.isEmpty()) {
            assertThat(copy.tailAfter(all.get(all.size() - 1)).covered()).isTrue();
        }
    }

    @Test
    void oldItemsAndIdsGo() {
        ChannelLog log = made(ChannelLog.change(null, append(0, START, true, 0, "a")));
        ChannelLog.change(log, append(commit(log), new Position(7, 1), false, 1500, "b"));
        assertThat(log.tail(START).covered()).isFalse();
        assertThat(ids(log.tail(START))).containsExactly("b");
        assertThat(log.state().ids()).containsExactly("a", "b");
        ChannelLog.change(log, append(commit(log), new Position(7, 2), false, 3000, "c"));
        assertThat(log.state().ids()).containsExactly("b", "c");
        assertThat(log.tailAfter("a").covered()).isFalse();
        assertThat(log.keepMillis()).isEqualTo(2000);
    }

    @Test
    void itemsThatTakeTooMuchRoomGoButTheNewest() {
        var small = new LogBounds(100, 150, 60_000, 60_000);
        Position at = START;
        ChannelLog log = null;
        for (int i = 1; i <= 3; i++) {
            var record = new LogRecord(i, 0, "i" + i, new byte[i == 3 ? 1000 : 20]);
            log = made(ChannelLog.change(
                    log,
                    new LogAppend(++commits, at, commits - 1, i == 1, List.of(record), "i" + i, null, small, 0, 3)));
            at = log.position();
        }
        assertThat(ids(made(log).tail(new Position(7, 0)))).containsExactly("i3");
    }

    @Test
    void afterADivisionTheSideThatHasAllOfTheOtherCounts() {
        ChannelLog one = made(ChannelLog.change(null, append(0, START, true, 0, "a", "b")));
        ChannelLog two = new ChannelLog(one.snapshot());
        ChannelLog.change(two, append(commit(two), new Position(7, 2), false, 5, "c"));
        assertThat(LogMerge.merge(one.snapshot(), two.snapshot())).isEqualTo(two.snapshot());
        assertThat(LogMerge.merge(two.snapshot(), one.snapshot())).isEqualTo(two.snapshot());
    }

    @Test
    void whereBothSidesWentOnANewLifeHasTheItemsOfBoth() {
        ChannelLog one = made(ChannelLog.change(null, append(0, START, true, 0, "a")));
        ChannelLog two = new ChannelLog(one.snapshot());
        ChannelLog.change(one, append(commit(one), new Position(7, 1), false, 5, "x", "same"));
        ChannelLog.change(two, append(commit(two), new Position(7, 1), false, 6, "same", "y"));
        ChannelLog merged = new ChannelLog(LogMerge.merge(one.snapshot(), two.snapshot()));
        assertThat(merged.position()).isEqualTo(new Position(8, 4));
        assertThat(ids(merged.tail(new Position(8, 0)))).containsExactly("a", "x", "same", "y");
        assertThat(merged.state().ids()).containsExactlyInAnyOrder("a", "x", "same", "y");
        assertThat(merged.tail(new Position(7, 3)).covered()).isFalse();
    }

    @Test
    void whatThoseWhoWereCutOffNeverGotConfirmedIsDropped() {
        ChannelLog ours = made(ChannelLog.change(null, append(0, START, true, 0, "a")));
        ChannelLog theirs = new ChannelLog(ours.snapshot());
        ChannelLog.change(theirs, append(commit(theirs), new Position(7, 1), false, 5, "x", "y"));
        ChannelLog.change(
                ours, append(commit(ours), new Position(7, 1), false, 6, "y").asked(2));
        assertThat(LogMerge.merge(ours.snapshot(), theirs.snapshot())).isEqualTo(ours.snapshot());
        assertThat(LogMerge.merge(theirs.snapshot(), ours.snapshot())).isEqualTo(ours.snapshot());
        ChannelLog.change(ours, append(commit(ours), new Position(7, 2), false, 7, "z"));
        assertThat(LogMerge.merge(ours.snapshot(), theirs.snapshot())).isEqualTo(ours.snapshot());
        assertThat(LogMerge.merge(theirs.snapshot(), ours.snapshot())).isEqualTo(ours.snapshot());
    }

    @Test
    void whatSomebodyAloneHasDoneIsKept() {
        ChannelLog one = made(ChannelLog.change(null, append(0, START, true, 0, "a")));
        ChannelLog two = new ChannelLog(one.snapshot());
        LogAppend retried = append(commit(one), new Position(7, 1), false, 5, "x");
        ChannelLog.change(one, retried);
        ChannelLog.change(one, retried.asked(1));
        ChannelLog.change(
                two, append(commit(two), new Position(7, 1), false, 6, "y").asked(1));
        ChannelLog.change(
                two, append(commit(two), new Position(7, 2), false, 7, "z").asked(1));
        assertThat(ids(new ChannelLog(LogMerge.merge(two.snapshot(), one.snapshot())).tail(new Position(8, 0))))
                .containsExactly("a", "y", "z", "x");
    }

    private LogAppend append(long after, Position expected, boolean fresh, long nowMillis, String... ids) {
        var records = new ArrayList<LogRecord>();
        for (String id : ids) {
            records.add(new LogRecord(
                    expected.sequence() + records.size() + 1, nowMillis, id, id.getBytes(StandardCharsets.UTF_8)));
        }
        String lastId = ids.length == 0 ? null : ids[ids.length - 1];
        return new LogAppend(++commits, expected, after, fresh, records, lastId, null, BOUNDS, nowMillis, 3);
    }

    private static long commit(@Nullable ChannelLog log) {
        return log == null ? 0 : log.snapshot().commit();
    }

    private static List<String> ids(LogTail tail) {
        return tail.records().stream()
                .map(record -> String.valueOf(record.id()))
                .toList();
    }

    private static ChannelLog made(@Nullable ChannelLog log) {
        assertThat(log).isNotNull();
        return Objects.requireNonNull(log);
    }
}
