package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * When the halves of a divided cluster come together: a node interested on either side is interested. One too many costs a message
 * and is told so; one too few would miss items.
 */
public final class MergeChannels
        implements SplitBrainMergePolicy<ChannelEntry, MergingValue<ChannelEntry>, Object>, IdentifiedDataSerializable {
    @Override
    public @Nullable Object merge(MergingValue<ChannelEntry> merging, @Nullable MergingValue<ChannelEntry> existing) {
        ChannelEntry theirs = merging.getDeserializedValue();
        ChannelEntry ours = existing == null ? null : existing.getDeserializedValue();
        return theirs == null ? ours : ours == null ? theirs : ours.union(theirs);
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.MERGE_CHANNELS;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
