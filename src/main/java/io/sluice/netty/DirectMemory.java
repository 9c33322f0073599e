package io.sluice.netty;

import io.netty.util.internal.PlatformDependent;

/** Memory outside of the heap that buffers of the network take. */
public final class DirectMemory {
    private DirectMemory() {}

    /** Bytes taken from the system; -1 where that is not known. Any thread. */
    public static long usedBytes() {
        return PlatformDependent.usedDirectMemory();
    }

    /** Bytes at most. */
    public static long maxBytes() {
        return PlatformDependent.maxDirectMemory();
    }
}
