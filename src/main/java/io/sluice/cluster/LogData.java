package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.sluice.channel.ChannelLog;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogBounds;
import io.sluice.channel.LogRecord;
import io.sluice.channel.LogState;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What belongs to a log as bytes, between members. Part of the protocol between nodes: whoever changes it raises the versions. */
final class LogData {
    private interface Write<T> {
        void write(ObjectDataOutput out, T value) throws IOException;
    }

    private interface Read<T> {
        T read(ObjectDataInput in) throws IOException;
    }

    private LogData() {}

    static void write(ObjectDataOutput out, ChannelLog.Snapshot log) throws IOException {
        write(out, log.position());
        out.writeLong(log.commit());
        out.writeLong(log.keepMillis());
        out.writeString(log.lastId());
        list(out, log.records(), LogData::write);
        list(out, log.ids(), (to, seen) -> {
            to.writeString(seen.id());
            to.writeLong(seen.atMillis());
        });
        list(out, log.parked(), ObjectDataOutput::writeByteArray);
        out.writeLong(log.sure());
        out.writeInt(log.members());
    }

    static ChannelLog.Snapshot readSnapshot(ObjectDataInput in) throws IOException {
        return new ChannelLog.Snapshot(
                position(in),
                in.readLong(),
                in.readLong(),
                in.readString(),
                list(in, LogData::record),
                list(in, from -> new ChannelLog.SeenId(string(from), from.readLong())),
                list(in, LogData::bytes),
                in.readLong(),
                in.readInt());
    }

    static void write(ObjectDataOutput out, LogAppend append) throws IOException {
        out.writeLong(append.commit());
        write(out, append.expected());
        out.writeLong(append.after());
        out.writeBoolean(append.fresh());
        list(out, append.records(), LogData::write);
        out.writeString(append.lastId());
        List<byte[]> parked = append.parked();
        out.writeBoolean(parked != null);
        if (parked != null) {
            list(out, parked, ObjectDataOutput::writeByteArray);
        }
        out.writeInt(append.bounds().items());
        out.writeInt(append.bounds().bytes());
        out.writeLong(append.bounds().millis());
        out.writeLong(append.bounds().idMillis());
        out.writeLong(append.nowMillis());
        out.writeInt(append.members());
    }

    static LogAppend readAppend(ObjectDataInput in) throws IOException {
        return new LogAppend(
                in.readLong(),
                position(in),
                in.readLong(),
                in.readBoolean(),
                list(in, LogData::record),
                in.readString(),
                in.readBoolean() ? list(in, LogData::bytes) : null,
                new LogBounds(in.readInt(), in.readInt(), in.readLong(), in.readLong()),
                in.readLong(),
                in.readInt());
    }

    static void write(ObjectDataOutput out, LogState state) throws IOException {
        write(out, state.position());
        out.writeLong(state.commit());
        out.writeString(state.lastId());
        list(out, state.ids(), ObjectDataOutput::writeString);
        list(out, state.parked(), ObjectDataOutput::writeByteArray);
    }

    static LogState readState(ObjectDataInput in) throws IOException {
        return new LogState(
                position(in), in.readLong(), in.readString(), list(in, LogData::string), list(in, LogData::bytes));
    }

    static void write(ObjectDataOutput out, LogTail tail) throws IOException {
        write(out, tail.position());
        out.writeBoolean(tail.covered());
        list(out, tail.records(), LogData::write);
    }

    static LogTail readTail(ObjectDataInput in) throws IOException {
        return new LogTail(position(in), in.readBoolean(), list(in, LogData::record));
    }

    static void write(ObjectDataOutput out, Position position) throws IOException {
        out.writeLong(position.epoch());
        out.writeLong(position.sequence());
    }

    static Position position(ObjectDataInput in) throws IOException {
        return new Position(in.readLong(), in.readLong());
    }

    private static void write(ObjectDataOutput out, LogRecord record) throws IOException {
        out.writeLong(record.sequence());
        out.writeLong(record.atMillis());
        out.writeString(record.id());
        out.writeByteArray(record.item());
    }

    private static LogRecord record(ObjectDataInput in) throws IOException {
        return new LogRecord(in.readLong(), in.readLong(), in.readString(), bytes(in));
    }

    private static byte[] bytes(ObjectDataInput in) throws IOException {
        byte[] bytes = in.readByteArray();
        return bytes == null ? new byte[0] : bytes;
    }

    private static String string(ObjectDataInput in) throws IOException {
        @Nullable String string = in.readString();
        return string == null ? "" : string;
    }

    private static <T> void list(ObjectDataOutput out, List<T> values, Write<T> write) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            write.write(out, value);
        }
    }

    private static <T> List<T> list(ObjectDataInput in, Read<T> read) throws IOException {
        int size = in.readInt();
        var values = new ArrayList<T>(Math.min(size, 1024));
        for (int i = 0; i < size; i++) {
            values.add(read.read(in));
        }
        return List.copyOf(values);
    }
}
