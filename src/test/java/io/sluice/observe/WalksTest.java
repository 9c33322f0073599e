package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalksTest {
    private long now;
    private final Walks walks = new Walks(() -> now, 1000);
    private final List<Promise<String>> begun = new ArrayList<>();

    private Future<String> ask() {
        return walks.run(() -> {
            Promise<String> promise = Promise.promise();
            begun.add(promise);
            return promise.future();
        });
    }

    @Test
    void oneAfterTheOtherAlsoWhenOneFails() {
        Future<String> first = ask();
        Future<String> second = ask();
        assertThat(begun).hasSize(1);
        begun.get(0).fail("broken");
        assertThat(first.failed()).isTrue();
        assertThat(begun).hasSize(2);
        begun.get(1).complete("2");
        assertThat(second.result()).isEqualTo("2");
        Future<String> third = ask();
        assertThat(begun).hasSize(3);
        begun.get(2).complete("3");
        assertThat(third.result()).isEqualTo("3");
    }

    @Test
    void moreThanAFewFailAtOnceAndOldOnesAreNotBegun() {
        ask();
        var waiting = new ArrayList<Future<String>>();
        for (int i = 0; i < Walks.MAX_WAITING; i++) {
            waiting.add(ask());
        }
        assertThat(ask().failed()).isTrue();
        now = 1000;
        begun.get(0).complete("late");
        assertThat(waiting).allMatch(Future::failed);
        assertThat(begun).hasSize(1);
    }
}
