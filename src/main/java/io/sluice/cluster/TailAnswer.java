package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import java.io.IOException;
import java.util.List;

/** A part of a log, between members. */
final class TailAnswer implements IdentifiedDataSerializable {
    private LogTail tail;

    /** Nothing: there is no log. */
    TailAnswer() {
        this(new LogTail(new Position(0, 0), false, List.of()));
    }

    TailAnswer(LogTail tail) {
        this.tail = tail;
    }

    LogTail tail() {
        return tail;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.TAIL_ANSWER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LogData.write(out, tail);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        tail = LogData.readTail(in);
    }
}
