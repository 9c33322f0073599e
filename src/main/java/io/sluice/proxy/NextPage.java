package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.HoldMode;
import io.sluice.grip.Instruction;
import io.sluice.grip.ResponseFilter;
import io.sluice.netty.Sink;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One next response on its way into a stream: its body goes out through its own filters, with its own meta over the session's;
 * its instruction counts once the body is complete. Event loop only.
 */
final class NextPage implements NextListener {
    /** The stream that it goes into. */
    interface Reader {
        /** Bytes for the client. */
        void page(byte[] bytes);

        /**
         * The response is complete.
         *
         * @param meta merged
         * @param stamp of the request
         */
        void pageDone(Instruction instruction, Map<String, String> meta, long stamp);

        /** There was no response, and nothing of one was sent: try again later. */
        void pageFailed(String message);

        /** The stream can't go on. */
        void pageBroken(String message);

        /** Fetch it again, alone. */
        void pageTooLargeToShare();
    }

    private static final String NOT_RETRIEVED = "Failed to retrieve next link.";

    private final Reader reader;
    private final Sink sink;
    private final Map<String, String> sessionMeta;
    private Map<String, String> meta = Map.of();
    private @Nullable Instruction instruction;
    private @Nullable ResponseFilter filter;
    private NextFetch.@Nullable Place place;
    private long stamp;
    private boolean sent;
    private boolean over;

    /** @param sessionMeta what the session has so far */
    NextPage(Reader reader, Sink sink, Map<String, String> sessionMeta) {
        this.reader = reader;
        this.sink = sink;
        this.sessionMeta = sessionMeta;
    }

    /** Tells where to cancel and to pause; not needed any more if all has come already. */
    void at(NextFetch.Place fetch) {
        if (over) {
            fetch.cancel();
        } else {
            place = fetch;
        }
    }

    void cancel() {
        over = true;
        if (place != null) {
            place.cancel();
        }
    }

    /** The client takes bytes again. */
    void writable() {
        if (place != null) {
            place.resume();
        }
    }

    /** Whether the client has a part of the body, and its rest is still to come. */
    boolean midway() {
        return sent && !over;
    }

    @Override
    public void head(Instruction next, long requestStamp) {
        if (next.hold() == HoldMode.RESPONSE) {
            broken("Next link returned non-stream hold.");
            return;
        }
        instruction = next;
        stamp = requestStamp;
        meta = merged(sessionMeta, next.meta());
        filter = ResponseFilter.of(next.channels(), meta);
    }

    @Override
    public void body(byte[] bytes) {
        ResponseFilter through = filter;
        if (over || through == null) {
            return;
        }
        try {
            write(through.update(bytes));
        } catch (GripException e) {
            broken("filter error: " + e.text());
        }
    }

    @Override
    public void end() {
        Instruction next = instruction;
        ResponseFilter through = filter;
        if (over || next == null || through == null) {
            return;
        }
        try {
            write(through.finish());
        } catch (GripException e) {
            broken("filter error: " + e.text());
            return;
        }
        over = true;
        reader.pageDone(next, meta, stamp);
    }

    @Override
    public void failed(String message, boolean again) {
        if (over) {
            return;
        }
        over = true;
        if (!again) {
            reader.pageBroken(message);
        } else if (sent) {
            reader.pageBroken(NOT_RETRIEVED);
        } else {
            reader.pageFailed(message);
        }
    }

    @Override
    public void tooLargeToShare() {
        if (!over) {
            over = true;
            reader.pageTooLargeToShare();
        }
    }

    /** New values win. */
    static Map<String, String> merged(Map<String, String> before, Map<String, String> more) {
        if (more.isEmpty() || more.equals(before)) {
            return before;
        }
        if (before.isEmpty()) {
            return more;
        }
        var all = new HashMap<>(before);
        all.putAll(more);
        return Map.copyOf(all);
    }

    private void write(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        sent = true;
        reader.page(bytes);
        if (place != null && !sink.writable()) {
            place.pause();
        }
    }

    private void broken(String message) {
        cancel();
        reader.pageBroken(message);
    }
}
