package io.sluice.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints a stream's items as they come. For one stream; blocks. */
final class StreamPrinter {
    private final PrintStream out;
    private final boolean events;
    private final boolean wholeLines;
    private final long max;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private long printed;

    /**
     * @param events take it as server-sent events
     * @param wholeLines print lines when they are complete; otherwise bytes as they come
     * @param max items to print; 0 for all
     */
    StreamPrinter(PrintStream out, boolean events, boolean wholeLines, long max) {
        this.out = out;
        this.events = events;
        this.wholeLines = wholeLines;
        this.max = max;
    }

    /** Items printed so far. */
    long printed() {
        return printed;
    }

    /**
     * Reads to the end, or to the last item wanted.
     *
     * @return whether as many came as were wanted; false for no limit
     */
    boolean print(InputStream in) throws IOException {
        byte[] chunk = new byte[8192];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            for (int i = 0; i < n; i++) {
                take(chunk[i]);
                if (max > 0 && printed == max) {
                    out.flush();
                    return true;
                }
            }
            out.flush();
        }
        if (wholeLines && !events && line.size() > 0) {
            line.write('\n');
            line.writeTo(out);
            printed++;
        }
        out.flush();
        return max > 0 && printed == max;
    }

    private void take(byte b) throws IOException {
        if (!events && !wholeLines) {
            out.write(b);
            printed += b == '\n' ? 1 : 0;
        } else if (b != '\n') {
            line.write(b);
        } else if (events) {
            field(line.toString(StandardCharsets.UTF_8));
            line.reset();
        } else {
            line.write('\n');
            line.writeTo(out);
            line.reset();
            printed++;
        }
    }

    /** A line of an event; a blank one ends it. */
    private void field(String text) {
        String field = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (field.isEmpty() && hasData) {
            out.writeBytes((data + "\n").getBytes(StandardCharsets.UTF_8));
            data.setLength(0);
            hasData = false;
            printed++;
        } else if (field.equals("data") || field.startsWith("data:")) {
            String value = field.length() > 4 ? field.substring(5) : "";
            data.append(hasData ? "\n" : "").append(value.startsWith(" ") ? value.substring(1) : value);
            hasData = true;
        }
    }
}
