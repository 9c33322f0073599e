package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.channel.LogState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The state of a log, between members; null where there is no log. */
final class LogAnswer implements IdentifiedDataSerializable {
    private @Nullable LogState state;

    /** For deserialisation. */
    LogAnswer() {}

    LogAnswer(@Nullable LogState state) {
        this.state = state;
    }

    @Nullable
    LogState state() {
        return state;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.LOG_ANSWER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeBoolean(state != null);
        if (state != null) {
            LogData.write(out, state);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        state = in.readBoolean() ? LogData.readState(in) : null;
    }
}
