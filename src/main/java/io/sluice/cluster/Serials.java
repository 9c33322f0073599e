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
            default -> throw new IllegalArgumentException("no such type: " + typeId);
        };
    }
}
