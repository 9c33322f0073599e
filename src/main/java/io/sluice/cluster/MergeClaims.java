package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/** When the halves of a divided cluster come together: of a client's claims on both sides, those with the highest tokens stand. */
public final class MergeClaims
        implements SplitBrainMergePolicy<ClaimEntry, MergingValue<ClaimEntry>, Object>, IdentifiedDataSerializable {
    @Override
    public @Nullable Object merge(MergingValue<ClaimEntry> merging, @Nullable MergingValue<ClaimEntry> existing) {
        ClaimEntry theirs = merging.getDeserializedValue();
        ClaimEntry ours = existing == null ? null : existing.getDeserializedValue();
        if (theirs == null || ours == null) {
            return theirs == null ? ours : theirs;
        }
        return new ClaimEntry(ours.state().merge(theirs.state()));
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.MERGE_CLAIMS;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
