package io.sluice.proxy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * The contract of reliability over a WebSocket, against an origin that keeps its part of it: whatever happens in whatever order, the
 * client sees each event of its channels once and in order, and the origin each message of the client. A failure is reported with the
 * seed that brings it back.
 */
class SocketNothingLostTest {
    @Property(tries = 3000)
    void both_sides_see_all_once_and_in_order(
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 131) Integer> ops,
            @ForAll @IntRange(min = 0, max = 8) int backlog,
            @ForAll boolean silent,
            @ForAll boolean forgetful) {
        var world = new SocketLogWorld(backlog, silent, forgetful);
        ops.forEach(world::step);
        world.check();
    }
}
