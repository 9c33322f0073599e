package io.sluice.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.sluice.claim.ClaimAnswer;
import io.sluice.claim.ClaimAnswer.Verdict;
import java.io.IOException;
import java.util.List;

/** A {@link ClaimAnswer} on its way from one member to another. */
final class ClaimReply implements IdentifiedDataSerializable {
    private static final Verdict[] VERDICTS = Verdict.values();

    private ClaimAnswer answer;

    /** For deserialisation. */
    ClaimReply() {
        this(new ClaimAnswer(Verdict.REFUSED, 0, List.of()));
    }

    ClaimReply(ClaimAnswer answer) {
        this.answer = answer;
    }

    ClaimAnswer answer() {
        return answer;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.CLAIM_REPLY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(answer.verdict().ordinal());
        out.writeLong(answer.token());
        ClaimEntry.write(out, answer.others());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        answer = new ClaimAnswer(VERDICTS[in.readByte()], in.readLong(), ClaimEntry.read(in));
    }
}
