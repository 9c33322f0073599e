package io.sluice.ingest;

import io.sluice.bus.Publisher;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given; an id seen before is a duplicate, an item with a prev-id waits. */
final class ScriptedPublisher implements Publisher {
    final List<List<PublishItem>> calls = new CopyOnWriteArrayList<>();
    final AtomicReference<@Nullable Future<List<ItemOutcome>>> answer = new AtomicReference<>();
    /** Thrown, where there is one. */
    final AtomicReference<@Nullable RuntimeException> defect = new AtomicReference<>();

    @Override
    public Future<List<ItemOutcome>> publish(List<PublishItem> items) {
        RuntimeException thrown = defect.get();
        if (thrown != null) {
            throw thrown;
        }
        Future<List<ItemOutcome>> scripted = answer.get();
        if (scripted != null) {
            calls.add(items);
            return scripted;
        }
        var outcomes = new ArrayList<ItemOutcome>();
        for (PublishItem item : items) {
            outcomes.add(new ItemOutcome(seen(item.id()), item.prevId() != null, new Position(7, calls.size() + 1)));
        }
        calls.add(items);
        return Future.succeededFuture(outcomes);
    }

    private boolean seen(@Nullable String id) {
        return id != null && calls.stream().flatMap(List::stream).anyMatch(item -> id.equals(item.id()));
    }
}
