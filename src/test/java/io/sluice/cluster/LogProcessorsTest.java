package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import io.sluice.channel.ChannelLog;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogBounds;
import io.sluice.channel.LogRecord;
import io.sluice.channel.LogState;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What members send each other about logs comes back as it was. */
class LogProcessorsTest {
    private final SerializationService serials = new DefaultSerializationServiceBuilder()
            .addDataSerializableFactory(Serials.FACTORY, new Serials())
            .build();
    private final LogAppend append = new LogAppend(
            42,
            new Position(7, 0),
            41,
            true,
            List.of(new LogRecord(1, 5, "a", new byte[] {1, 2}), new LogRecord(2, 6, null, new byte[0])),
            null,
            List.of(new byte[] {3}),
            new LogBounds(10, 1000, 60_000, 70_000),
            6,
            3);

    @Test
    void aChangeIsReplayedOnABackup() {
        var log = Objects.requireNonNull(ChannelLog.change(null, append));
        ChannelEntry entry = ChannelEntry.withLog(ChannelEntry.with(null, "n"), log);
        ChannelEntry copy = over(entry);
        assertThat(copy.nodes()).containsExactly("n");
        assertThat(Objects.requireNonNull(copy.log()).snapshot())
                .usingRecursiveComparison()
                .isEqualTo(log.snapshot());
        assertThat(over(new AppendLog(append))).usingRecursiveComparison().isEqualTo(new AppendLog(append));
    }

    @Test
    void questionsAndAnswersComeBack() {
        var state = new LogState(new Position(7, 2), 42, "b", List.of("a", "b"), List.of(new byte[] {9}));
        assertThat(over(new LogAnswer(state)).state())
                .usingRecursiveComparison()
                .isEqualTo(state);
        assertThat(over(new LogAnswer(null)).state()).isNull();
        var tail = new LogTail(new Position(7, 2), true, append.records());
        assertThat(over(new TailAnswer(tail)).tail()).usingRecursiveComparison().isEqualTo(tail);
        for (ReadTail question : List.of(new ReadTail("id"), new ReadTail(new Position(7, 1), TailBound.ALL))) {
            assertThat(over(question)).usingRecursiveComparison().isEqualTo(question);
        }
    }

    @Test
    void anEntryLivesAsLongAsItHasSubscribersOrALog() {
        var log = Objects.requireNonNull(ChannelLog.change(null, append));
        ChannelEntry entry = ChannelEntry.withLog(null, log);
        ChannelEntry subscribed = ChannelEntry.with(entry, "n");
        assertThat(subscribed.log()).isSameAs(log);
        ChannelEntry left = subscribed.without("n");
        assertThat(left).isNotNull();
        assertThat(Objects.requireNonNull(left).log()).isSameAs(log);
    }

    private <T> T over(T object) {
        return serials.toObject(serials.toData(object));
    }
}
