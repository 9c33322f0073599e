package io.sluice.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The last entries, as many as there is room for. Any thread. */
final class TraceRing {
    private final AtomicReferenceArray<@Nullable Trace> places;
    private final AtomicLong next = new AtomicLong();

    TraceRing(int size) {
        places = new AtomicReferenceArray<>(size);
    }

    void add(Trace trace) {
        places.lazySet((int) (next.getAndIncrement() % places.length()), trace);
    }

    /** Those that fit, the newest first. Looks at all of them. */
    List<Trace> newest(Predicate<Trace> fits, int limit) {
        var found = new ArrayList<Trace>();
        long end = next.get();
        long oldest = Math.max(0, end - places.length());
        for (long i = end - 1; i >= oldest && found.size() < limit; i--) {
            Trace trace = places.get((int) (i % places.length()));
            if (trace != null && fits.test(trace)) {
                found.add(trace);
            }
        }
        return found;
    }
}
