package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.claim.ClaimState;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection is closed: {@link ClaimState#release}. Idempotent, and replayed on the backup. */
final class ReleaseClaim implements EntryProcessor<String, @Nullable ClaimEntry, Boolean>, IdentifiedDataSerializable {
    private String connection;
    private long token;

    /** For deserialisation. */
    ReleaseClaim() {
        this("", 0);
    }

    ReleaseClaim(String connection, long token) {
        this.connection = connection;
        this.token = token;
    }

    /** Whether it changed anything. */
    @Override
    public Boolean process(Map.Entry<String, @Nullable ClaimEntry> entry) {
        ClaimState before = ClaimEntry.read(entry);
        ClaimState after = before.release(connection, token);
        ClaimEntry.write(entry, before, after);
        return !after.equals(before);
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.RELEASE_CLAIM;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(connection);
        out.writeLong(token);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        connection = String.valueOf(in.readString());
        token = in.readLong();
    }
}
