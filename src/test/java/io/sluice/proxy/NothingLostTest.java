package io.sluice.proxy;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * The contract of reliability, against an origin that keeps its part of it: whatever happens in whatever order, each client
 * sees each event once and in order.
 */
class NothingLostTest {
    @Property(tries = 2000)
    void each_client_sees_each_event_once_and_in_order(
            @ForAll @Size(max = 150) List<@IntRange(min = 0, max = 95) Integer> ops,
            @ForAll @IntRange(min = 0, max = 8) int backlog,
            @ForAll boolean silent) {
        var world = new StreamWorld(backlog, silent);
        ops.forEach(world::step);
        world.check();
    }

    @Property(tries = 2000)
    void each_client_that_polls_sees_each_event_once_and_in_order(
            @ForAll @Size(max = 150) List<@IntRange(min = 0, max = 71) Integer> ops,
            @ForAll @IntRange(min = 0, max = 8) int backlog) {
        var world = new PollWorld(backlog);
        ops.forEach(world::step);
        world.check();
    }

    /** The home's last id was right; that the item at the position comes again says nothing about it. */
    @Example
    void an_old_item_that_comes_again_does_not_hide_the_last_one() {
        var world = new StreamWorld(4, false);
        world.read();
        world.append();
        world.publish();
        world.publish();
        world.publish();
        world.answer();
        world.redeliver(1);
        world.check();
    }

    @Example
    void old_items_that_come_again_one_after_the_other_do_not_hide_newer_ones() {
        var world = new StreamWorld(4, false);
        world.publish();
        world.publish();
        world.read();
        world.append();
        world.publish();
        world.answer();
        world.append();
        world.publish();
        world.append();
        world.publish();
        world.redeliver(4);
        world.redeliver(3);
        world.check();
    }

    @Example
    void an_old_item_that_comes_again_does_not_hide_a_gap() {
        var world = new StreamWorld(2, false);
        world.lose();
        world.rig.timers.advance(100);
        world.read();
        world.append();
        world.lose();
        world.append();
        world.publish();
        world.redeliver(2);
        world.check();
    }
}
