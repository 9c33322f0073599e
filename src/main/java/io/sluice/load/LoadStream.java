package io.sluice.load;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One subscriber: finds the run's messages in what arrives, and whether any came twice. */
final class LoadStream {
    /** Told of each message that came for the first time. */
    interface Listener {
        void arrived(long sentNanos);
    }

    private final byte[] mark;
    private final Listener listener;
    private Buffer begun = Buffer.buffer();
    private long received;
    private long duplicates;
    private long last = -1;

    /** @param run what messages of this run begin with */
    LoadStream(String run, Listener listener) {
        this.mark = ("data: " + run + " ").getBytes(StandardCharsets.US_ASCII);
        this.listener = listener;
    }

    /** One server-sent event. */
    static String event(String run, long number, long nanos, int size) {
        String head = "data: " + run + " " + number + " " + nanos + " ";
        return head + "x".repeat(Math.max(0, size - head.length() - 2)) + "\n\n";
    }

    /** Bytes of the stream, cut anywhere. */
    void take(Buffer part) {
        Buffer all = begun.length() == 0 ? part : begun.appendBuffer(part);
        int line = 0;
        int length = all.length();
        for (int i = 0; i < length; i++) {
            if (all.getByte(i) == '\n') {
                line(all, line, i);
                line = i + 1;
            }
        }
        begun = line == length ? Buffer.buffer() : all.getBuffer(line, length);
    }

    private void line(Buffer all, int from, int to) {
        if (to - from < mark.length || !Arrays.equals(all.getBytes(from, from + mark.length), mark)) {
            return;
        }
        String[] words = all.getString(from + mark.length, to).split(" ", 3);
        if (words.length < 3) {
            return;
        }
        long number = Long.parseLong(words[0]);
        if (number <= last) {
            duplicates++;
            return;
        }
        last = number;
        received++;
        listener.arrived(Long.parseLong(words[1]));
    }

    /** Messages, each counted once. */
    long received() {
        return received;
    }

    /** Messages that came again, or after a later one. */
    long duplicates() {
        return duplicates;
    }
}
