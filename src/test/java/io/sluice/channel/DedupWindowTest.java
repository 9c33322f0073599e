package io.sluice.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DedupWindowTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void anIdIsADuplicateWithinItsChannelUntilAFixedTimeAfterFirstSight() {
        var window = new DedupWindow(1000, 10, now::get);
        assertThat(window.firstSight("c", "1")).isTrue();
        assertThat(window.firstSight("d", "1")).isTrue();
        now.set(999);
        assertThat(window.firstSight("c", "1")).isFalse();
        now.set(1000);
        assertThat(window.firstSight("c", "1")).isTrue();
    }

    @Test
    void theOldestGoesFirstWhenTheWindowIsFull() {
        var window = new DedupWindow(1000, 2, now::get);
        window.firstSight("c", "1");
        window.firstSight("c", "2");
        window.firstSight("c", "1");
        window.firstSight("c", "3");
        assertThat(window.size()).isEqualTo(2);
        assertThat(window.firstSight("c", "2")).isFalse();
        assertThat(window.firstSight("c", "1")).isTrue();
    }

    @Test
    void aForgottenIdIsNew() {
        var window = new DedupWindow(1000, 2, now::get);
        window.firstSight("c", "1");
        window.forget("c", "1");
        window.forget("c", null);
        assertThat(window.firstSight("c", "1")).isTrue();
    }

    @Test
    void withoutTimeOrRoomNothingIsRemembered() {
        for (var window : List.of(new DedupWindow(0, 10, now::get), new DedupWindow(10, 0, now::get))) {
            assertThat(window.firstSight("c", "1")).isTrue();
            assertThat(window.firstSight("c", "1")).isTrue();
            assertThat(window.size()).isZero();
        }
    }

    /** Against a map that keeps everything, with room enough. */
    @Property
    void agreesWithAMapOfFirstSights(@ForAll @Size(max = 200) List<@IntRange(max = 30) Integer> steps) {
        var window = new DedupWindow(20, 1000, now::get);
        var sights = new HashMap<String, Long>();
        var wrong = new ArrayList<Integer>();
        for (int step : steps) {
            String id = String.valueOf(step % 7);
            Long sight = sights.get(id);
            boolean fresh = sight == null || sight + 20 <= now.get();
            if (fresh) {
                sights.put(id, now.get());
            }
            if (window.firstSight("c", id) != fresh) {
                wrong.add(step);
            }
            now.addAndGet(step / 7);
        }
        assertThat(wrong).isEmpty();
    }
}
