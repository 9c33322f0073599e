package io.sluice.cluster;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** Numbers of what members send each other. They are part of the protocol between nodes: never use one again. */
final class Serials implements DataSerializableFactory {
    static final int FACTORY = 7001;

    static final int CHANNEL_ENTRY = 1;
    static final int ADD_INTEREST = 2;
    static final int REMOVE_INTEREST = 3;
    static final int READ_INTEREST = 4;
    static final int MERGE_CHANNELS = 5;
    static final int APPEND_LOG = 6;
    static final int READ_LOG = 7;
    static final int READ_TAIL = 8;
    static final int LOG_ANSWER = 9;
    static final int TAIL_ANSWER = 10;
    static final int ANSWER_CALL = 11;

    static final int CLAIM_ENTRY = 20;
    static final int CLAIM_REPLY = 21;
    static final int TAKE_CLAIM = 22;
    static final int STAND_CLAIM = 23;
    static final int RELEASE_CLAIM = 24;
    static final int SWEEP_CLAIMS = 25;
    static final int MERGE_CLAIMS = 26;

    @Override
    public IdentifiedDataSerializable create(int typeId) {
        return switch (typeId) {
            case CHANNEL_ENTRY -> new ChannelEntry();
            case ADD_INTEREST -> new AddInterest();
            case REMOVE_INTEREST -> new RemoveInterest();
            case READ_INTEREST -> new ReadInterest();
            case MERGE_CHANNELS -> new MergeChannels();
            case APPEND_LOG -> new AppendLog();
            case READ_LOG -> new ReadLog();
            case READ_TAIL -> new ReadTail();
            case LOG_ANSWER -> new LogAnswer();
            case TAIL_ANSWER -> new TailAnswer();
            case ANSWER_CALL -> new AnswerCall();
            case CLAIM_ENTRY -> new ClaimEntry();
            case CLAIM_REPLY -> new ClaimReply();
            case TAKE_CLAIM -> new TakeClaim();
            case STAND_CLAIM -> new StandClaim();
            case RELEASE_CLAIM -> new ReleaseClaim();
            case SWEEP_CLAIMS -> new SweepClaims();
            case MERGE_CLAIMS -> new MergeClaims();
            default -> throw new IllegalArgumentException("no such type: " + typeId);
        };
    }
}
