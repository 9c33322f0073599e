package io.sluice.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimState;
import io.sluice.grip.ClientPolicy;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection claims: {@link ClaimState#take}. Idempotent, and replayed on the backup. */
final class TakeClaim implements EntryProcessor<String, @Nullable ClaimEntry, ClaimReply>, IdentifiedDataSerializable {
    private Claim wanted;
    private ClientPolicy policy;
    private String[] gone;
    private long nowMillis;

    /** For deserialisation. */
    TakeClaim() {
        this(new Claim(0, "", "", "", 0), ClientPolicy.NEWEST, new String[0], 0);
    }

    TakeClaim(Claim wanted, ClientPolicy policy, String[] gone, long nowMillis) {
        this.wanted = wanted;
        this.policy = policy;
        this.gone = gone;
        this.nowMillis = nowMillis;
    }

    @Override
    public ClaimReply process(Map.Entry<String, @Nullable ClaimEntry> entry) {
        ClaimState before = ClaimEntry.read(entry);
        ClaimState.Change change = before.take(wanted, policy, Arrays.asList(gone), nowMillis);
        ClaimEntry.write(entry, before, change.after());
        return new ClaimReply(change.answer());
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.TAKE_CLAIM;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        ClaimEntry.write(out, wanted);
        out.writeInt(policy.max());
        out.writeBoolean(policy.refuses());
        out.writeStringArray(gone);
        out.writeLong(nowMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        wanted = ClaimEntry.readClaim(in);
        policy = new ClientPolicy(in.readInt(), in.readBoolean());
        String[] read = in.readStringArray();
        gone = read == null ? new String[0] : read;
        nowMillis = in.readLong();
    }
}
