package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.Instruction;
import io.sluice.grip.InstructionParser;
import io.sluice.origin.Cancellation;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginResponse;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request for a next link, and those who wait for its response. The first of them, the leader, gets it as it comes; the
 * others get it whole at its end. If it grows too large to keep, they ask again by themselves, and the leader's pace rules
 * from then on. Event loop only.
 */
final class NextFetch {
    private enum State {
        ASKED,
        READING,
        /** Too large to keep; the leader alone is left. */
        STREAMING,
        OVER,
    }

    /** A listener's place. */
    final class Place {
        private final NextListener listener;
        private boolean paused;

        private Place(NextListener listener) {
            this.listener = listener;
        }

        /** The listener hears no more. */
        void cancel() {
            leave(this);
        }

        /** Asks for a pause; a small response comes in spite of it. */
        void pause() {
            paused = true;
            flow(this);
        }

        void resume() {
            paused = false;
            flow(this);
        }
    }

    private final long stamp;
    private final int maxBodyBytes;
    private final Cancellation cancellation;
    private final Consumer<NextFetch> closeToJoin;
    private final List<Place> places = new ArrayList<>(1);
    private final List<byte[]> kept = new ArrayList<>();
    private State state = State.ASKED;
    private @Nullable Place leader;
    private @Nullable OriginResponse response;
    private @Nullable Instruction instruction;
    private int keptBytes;

    /**
     * @param cancellation of the request, for when nobody is left to wait for its answer
     * @param closeToJoin called once nobody may join any more; more than once perhaps
     */
    NextFetch(long stamp, int maxBodyBytes, Cancellation cancellation, Consumer<NextFetch> closeToJoin) {
        this.stamp = stamp;
        this.maxBodyBytes = maxBodyBytes;
        this.cancellation = cancellation;
        this.closeToJoin = closeToJoin;
    }

    long stamp() {
        return stamp;
    }

    Place join(NextListener listener) {
        var place = new Place(listener);
        if (places.isEmpty()) {
            leader = place;
        }
        places.add(place);
        return place;
    }

    void answered(AsyncResult<OriginResponse> answer) {
        OriginResponse head = answer.result();
        if (head == null) {
            fail(reason(answer.cause()), true);
            return;
        }
        if (state == State.OVER) {
            head.cancel();
            return;
        }
        response = head;
        if (head.status() / 100 != 2) {
            fail("next link answered " + head.status(), true);
        } else if (coded(head)) {
            // It was not asked for: nobody could read it.
            fail("next link answered with Content-Encoding '" + head.headers().first("Content-Encoding") + "'", false);
        } else if (InstructionParser.isJson(head.headers())) {
            head.collect(maxBodyBytes).onComplete(body -> whole(head, body));
        } else {
            read(head);
        }
    }

    private static boolean coded(OriginResponse head) {
        String coding = head.headers().first("Content-Encoding");
        return coding != null && !coding.strip().equalsIgnoreCase("identity");
    }

    /** A JSON instruction says nothing before its end. */
    private void whole(OriginResponse head, AsyncResult<OriginResponse.Collected> body) {
        OriginResponse.Collected collected = body.result();
        if (state == State.OVER) {
            return;
        }
        if (collected == null) {
            fail(reason(body.cause()), true);
        } else if (!collected.complete()) {
            fail("GRIP instruct response too large from " + head.target(), false);
        } else {
            Instruction parsed = parse(head.status(), head.reason(), head.headers(), collected.bytes());
            if (parsed != null) {
                start(parsed);
                if (parsed.response().body().length > 0) {
                    chunk(parsed.response().body());
                }
                end();
            }
        }
    }

    private void read(OriginResponse head) {
        Instruction parsed = parse(head.status(), head.reason(), head.headers(), new byte[0]);
        if (parsed == null) {
            return;
        }
        start(parsed);
        if (state == State.OVER) {
            return;
        }
        head.body()
                .exceptionHandler(e -> fail(reason(e), true))
                .endHandler(done -> end())
                .handler(buffer -> chunk(buffer.getBytes()))
                .resume();
    }

    private @Nullable Instruction parse(int status, String reason, Headers headers, byte[] body) {
        try {
            return InstructionParser.parse(new GripResponse(status, reason, headers, body));
        } catch (GripException e) {
            fail(e.text(), false);
            return null;
        }
    }

    private void start(Instruction parsed) {
        state = State.READING;
        instruction = parsed;
        if (leader != null) {
            leader.listener.head(parsed, stamp);
        }
    }

    private void chunk(byte[] bytes) {
        if (state == State.OVER) {
            return;
        }
        if (state == State.READING && keptBytes + bytes.length > maxBodyBytes) {
            stream();
        }
        if (state == State.READING) {
            kept.add(bytes);
            keptBytes += bytes.length;
        }
        if (leader != null) {
            leader.listener.body(bytes);
        }
    }

    /** From here on the response is the leader's alone; without a leader the first who waits becomes it. */
    private void stream() {
        state = State.STREAMING;
        closeToJoin.accept(this);
        Place first = leader != null ? leader : places.get(0);
        List<Place> others = new ArrayList<>(places);
        others.remove(first);
        places.retainAll(List.of(first));
        if (leader == null) {
            leader = first;
            replay(first);
        }
        kept.clear();
        flow(first);
        for (Place other : others) {
            other.listener.tooLargeToShare();
        }
    }

    private void replay(Place place) {
        Instruction parsed = instruction;
        if (parsed != null) {
            place.listener.head(parsed, stamp);
        }
        for (byte[] bytes : kept) {
            if (places.contains(place)) {
                place.listener.body(bytes);
            }
        }
    }

    private void end() {
        if (state == State.OVER) {
            return;
        }
        close();
        for (Place place : List.copyOf(places)) {
            if (place != leader) {
                replay(place);
            }
            if (places.remove(place)) {
                place.listener.end();
            }
        }
    }

    private void fail(String message, boolean again) {
        if (state == State.OVER) {
            return;
        }
        close();
        cancelResponse();
        for (Place place : List.copyOf(places)) {
            if (places.remove(place)) {
                place.listener.failed(message, again);
            }
        }
    }

    private void leave(Place place) {
        if (!places.remove(place)) {
            return;
        }
        if (place == leader) {
            leader = null;
        }
        if (places.isEmpty() && state != State.OVER) {
            close();
            cancelResponse();
        }
    }

    private void flow(Place place) {
        OriginResponse head = response;
        if (state != State.STREAMING || place != leader || head == null) {
            return;
        }
        if (place.paused) {
            head.body().pause();
        } else {
            head.body().resume();
        }
    }

    private void close() {
        state = State.OVER;
        closeToJoin.accept(this);
    }

    private void cancelResponse() {
        cancellation.cancel();
        if (response != null) {
            response.cancel();
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause instanceof OriginException failure ? failure.detail() : String.valueOf(cause);
    }
}
