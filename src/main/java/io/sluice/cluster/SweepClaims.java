package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.claim.ClaimState;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes out the claims of nodes that are no members: {@link ClaimState#without}. Idempotent, and replayed on the backup. */
final class SweepClaims implements EntryProcessor<String, @Nullable ClaimEntry, Boolean>, IdentifiedDataSerializable {
    private String[] gone;

    /** For deserialisation. */
    SweepClaims() {
        this(new String[0]);
    }

    /** @param gone incarnations of nodes */
    SweepClaims(String[] gone) {
        this.gone = gone;
    }

    /** Whether it changed anything. */
    @Override
    public Boolean process(Map.Entry<String, @Nullable ClaimEntry> entry) {
        ClaimState before = ClaimEntry.read(entry);
        ClaimState after = before.without(Arrays.asList(gone));
        ClaimEntry.write(entry, before, after);
        return !after.equals(before);
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.SWEEP_CLAIMS;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeStringArray(gone);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        String[] read = in.readStringArray();
        gone = read == null ? new String[0] : read;
    }
}
