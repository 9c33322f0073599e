package io.sluice.bus;

import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of a WebSocket, as origins know it: looks like any random UUID, and names the node and the event loop that the connection
 * lives on, so that nobody has to remember where it is. 78 bits are random: an id can't be guessed. Immutable; any thread.
 */
public final class ConnectionId {
    private static final int LOOP_MASK = 0xfff;
    private static final long VERSION = 0x4000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long VARIANT_MASK = 0x3fff_ffff_ffff_ffffL;

    private final int node;
    private final int loop;
    private final String text;

    private ConnectionId(UUID id) {
        this.node = (int) (id.getMostSignificantBits() >>> 32);
        this.loop = (int) id.getMostSignificantBits() & LOOP_MASK;
        this.text = id.toString();
    }

    /** Makes a new one. */
    public static ConnectionId make(String node, int loop) {
        UUID random = UUID.randomUUID();
        long high = ((long) mark(node) << 32)
                | (random.getMostSignificantBits() & 0xffff_0000L)
                | VERSION
                | (loop & LOOP_MASK);
        long low = (random.getLeastSignificantBits() & VARIANT_MASK) | VARIANT;
        return new ConnectionId(new UUID(high, low));
    }

    /** Null when the text is no id: {@link UUID#fromString} alone takes groups of any length, and ids of other makers. */
    public static @Nullable ConnectionId parse(String text) {
        if (text.length() != 36) {
            return null;
        }
        try {
            UUID id = UUID.fromString(text);
            boolean random = id.version() == 4 && id.variant() == 2;
            return random && id.toString().equalsIgnoreCase(text) ? new ConnectionId(id) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether the connection may be of that node; two nodes are alike once in four billion. */
    public boolean mayBeOf(String name) {
        return mark(name) == node;
    }

    /** The number of its event loop. */
    public int loop() {
        return loop;
    }

    /** Spreads names that differ in one letter over all numbers; the same on every node. */
    private static int mark(String node) {
        return new SplittableRandom(node.hashCode()).nextInt();
    }

    @Override
    public String toString() {
        return text;
    }
}
