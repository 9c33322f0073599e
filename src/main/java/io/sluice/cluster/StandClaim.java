package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimState;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection makes sure that its claim stands: {@link ClaimState#stand}. Idempotent, and replayed on the backup. */
final class StandClaim implements EntryProcessor<String, @Nullable ClaimEntry, ClaimReply>, IdentifiedDataSerializable {
    private Claim own;
    private int max;
    private String[] gone;

    /** For deserialisation. */
    StandClaim() {
        this(new Claim(0, "", "", "", 0), 1, new String[0]);
    }

    StandClaim(Claim own, int max, String[] gone) {
        this.own = own;
        this.max = max;
        this.gone = gone;
    }

    @Override
    public ClaimReply process(Map.Entry<String, @Nullable ClaimEntry> entry) {
        ClaimState before = ClaimEntry.read(entry);
        ClaimState.Change change = before.stand(own, max, Arrays.asList(gone));
        ClaimEntry.write(entry, before, change.after());
        return new ClaimReply(change.answer());
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.STAND_CLAIM;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        ClaimEntry.write(out, own);
        out.writeInt(max);
        out.writeStringArray(gone);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        own = ClaimEntry.readClaim(in);
        max = in.readInt();
        String[] read = in.readStringArray();
        gone = read == null ? new String[0] : read;
    }
}
