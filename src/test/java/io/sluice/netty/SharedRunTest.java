package io.sluice.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedRunTest {
    private final SharedRun.Starts starts = new SharedRun.Starts();
    private final ByteBuf a = bytes("a");
    private final ByteBuf b = bytes("bb");
    private final ByteBuf c = bytes("ccc");

    private static ByteBuf bytes(String text) {
        return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void release() {
        for (ByteBuf bytes : List.of(a, b, c)) {
            bytes.release();
            assertThat(bytes.refCnt()).isZero();
        }
    }

    private static String text(SharedRun run) {
        return run.bytes().toString(StandardCharsets.US_ASCII);
    }

    @Test
    void the_same_bytes_in_the_same_order_are_one_run() {
        SharedRun one = starts.at(a).then(b);
        SharedRun two = starts.at(a).then(b);
        assertThat(two).isSameAs(one);
        assertThat(text(one)).isEqualTo("abb");
        assertThat(one.length()).isEqualTo(3);
        assertThat(one.bytes()).isSameAs(two.bytes());
        one.release();
        assertThat(text(two)).isEqualTo("abb");
        two.release();
        assertThat(List.of(a.refCnt(), b.refCnt())).containsOnly(1);
    }

    @Test
    void a_single_part_is_not_copied() {
        SharedRun run = starts.at(a);
        assertThat(run.bytes()).isSameAs(a);
        run.release();
        assertThat(a.refCnt()).isEqualTo(1);
    }

    @Test
    void users_that_part_ways_have_runs_of_their_own() {
        SharedRun one = starts.at(a);
        SharedRun two = starts.at(a);
        SharedRun three = starts.at(a);
        one = one.then(b);
        two = two.then(c);
        one = one.then(c);
        assertThat(text(one)).isEqualTo("abbccc");
        assertThat(text(two)).isEqualTo("accc");
        assertThat(text(three)).isEqualTo("a");
        two.release();
        three = three.then(b).then(c);
        assertThat(text(three)).isEqualTo("abbccc");
        one.release();
        three.release();
        assertThat(List.of(a.refCnt(), b.refCnt(), c.refCnt())).containsOnly(1);
    }

    @Test
    void a_run_that_all_have_left_is_begun_anew() {
        starts.at(a).release();
        SharedRun again = starts.at(a);
        assertThat(text(again)).isEqualTo("a");
        assertThat(a.refCnt()).isEqualTo(2);
        again.release();
        assertThat(a.refCnt()).isEqualTo(1);
    }

    @Test
    void whatever_users_do_they_read_what_they_were_given_and_leave_nothing_behind() {
        var random = new Random(7);
        ByteBuf[] parts = {a, b, c};
        for (int round = 0; round < 200; round++) {
            var runs = new ArrayList<SharedRun>();
            var expected = new ArrayList<StringBuilder>();
            for (int step = 0; step < 60; step++) {
                ByteBuf part = parts[random.nextInt(3)];
                String text = part.toString(StandardCharsets.US_ASCII);
                int user = random.nextInt(8);
                if (user >= runs.size()) {
                    runs.add(starts.at(part));
                    expected.add(new StringBuilder(text));
                } else if (random.nextInt(10) == 0) {
                    assertThat(text(runs.get(user)))
                            .isEqualTo(expected.get(user).toString());
                    runs.remove(user).release();
                    expected.remove(user);
                } else {
                    runs.set(user, runs.get(user).then(part));
                    expected.get(user).append(text);
                }
            }
            for (int i = 0; i < runs.size(); i++) {
                assertThat(text(runs.get(i))).isEqualTo(expected.get(i).toString());
                runs.get(i).release();
            }
            assertThat(List.of(a.refCnt(), b.refCnt(), c.refCnt())).containsOnly(1);
        }
    }
}
