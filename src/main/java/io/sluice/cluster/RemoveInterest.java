package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Removes a node from those interested in a channel; answers with those left. Idempotent, and replayed on the backup. */
final class RemoveInterest
        implements EntryProcessor<String, @Nullable ChannelEntry, String[]>, IdentifiedDataSerializable {
    private String node;

    /** For deserialisation. */
    RemoveInterest() {
        this("");
    }

    RemoveInterest(String node) {
        this.node = node;
    }

    @Override
    public String[] process(Map.Entry<String, @Nullable ChannelEntry> entry) {
        ChannelEntry before = entry.getValue();
        if (before == null) {
            return new String[0];
        }
        ChannelEntry after = before.without(node);
        String[] answer = after == null ? new String[0] : after.nodes();
        if (after != before) {
            if (after == null) {
                // Takes the entry out of the map.
                entry.setValue(null);
            } else {
                after.putInto(entry);
            }
        }
        return answer;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.REMOVE_INTEREST;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(node);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        node = String.valueOf(in.readString());
    }
}
