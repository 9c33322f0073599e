package io.sluice.proxy;

import io.sluice.grip.Instruction;
import io.sluice.netty.Sink;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stream that a {@link NextLoop} feeds. */
interface NextStream {
    /** Where its bytes go; null before its head was sent. */
    @Nullable
    Sink sink();

    /** Whether the client takes what it is sent. */
    boolean canTake();

    /** Whether it holds: items go out, and it may leave for a fetch. */
    boolean holding();

    /** Subscription meta. */
    Map<String, String> meta();

    /** A fetch begins: items wait. */
    void leave();

    /** The fetch brought nothing, and nothing of it was sent: the hold goes on as it was. */
    void comeBack();

    /** Bytes of a next response. */
    void page(byte[] bytes);

    /**
     * A next response is complete.
     *
     * @param stamp of its request
     */
    void instruct(Instruction instruction, Map<String, String> meta, long stamp);

    /** The stream can't go on. */
    void broken(String message);
}
