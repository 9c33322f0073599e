package io.sluice.cluster;

import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the cluster keeps of a client's connections. Never changed, only replaced. */
public final class ClaimEntry implements IdentifiedDataSerializable {
    private static final byte VERSION = 1;
    /** How long the tokens of a client without connections are remembered: longer than anything that knows one is under way. */
    private static final long TOMBSTONE_MINUTES = 10;

    private static final long FOREVER = 0;

    private ClaimState state;

    /** For deserialisation. */
    ClaimEntry() {
        this(ClaimState.NONE);
    }

    ClaimEntry(ClaimState state) {
        this.state = state;
    }

    ClaimState state() {
        return state;
    }

    static ClaimState read(Map.Entry<String, @Nullable ClaimEntry> entry) {
        ClaimEntry value = entry.getValue();
        return value == null ? ClaimState.NONE : value.state;
    }

    /** Replaces the entry if that changes it. What is vacant goes by itself after a time. */
    static void write(Map.Entry<String, @Nullable ClaimEntry> entry, ClaimState before, ClaimState after) {
        if (after.equals(before)) {
            return;
        }
        var value = new ClaimEntry(after);
        if (entry instanceof ExtendedMapEntry<String, @Nullable ClaimEntry> timed) {
            timed.setValue(value, after.vacant() ? TOMBSTONE_MINUTES : FOREVER, TimeUnit.MINUTES);
        } else {
            entry.setValue(value);
        }
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.CLAIM_ENTRY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(state.lastToken());
        out.writeInt(state.max());
        write(out, state.holders());
        write(out, state.leaving());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("claim entry of version " + version + ", this node knows " + VERSION);
        }
        state = new ClaimState(in.readLong(), in.readInt(), read(in), read(in));
    }

    static void write(ObjectDataOutput out, List<Claim> claims) throws IOException {
        out.writeInt(claims.size());
        for (Claim claim : claims) {
            write(out, claim);
        }
    }

    static void write(ObjectDataOutput out, Claim claim) throws IOException {
        out.writeLong(claim.token());
        out.writeString(claim.node());
        out.writeString(claim.incarnation());
        out.writeString(claim.connection());
        out.writeLong(claim.sinceMillis());
    }

    static List<Claim> read(ObjectDataInput in) throws IOException {
        int count = in.readInt();
        var claims = new ArrayList<Claim>();
        for (int i = 0; i < count; i++) {
            claims.add(readClaim(in));
        }
        return claims;
    }

    static Claim readClaim(ObjectDataInput in) throws IOException {
        return new Claim(
                in.readLong(),
                String.valueOf(in.readString()),
                String.valueOf(in.readString()),
                String.valueOf(in.readString()),
                in.readLong());
    }
}
