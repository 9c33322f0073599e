package io.sluice.hostile;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Heads read byte by byte. */
final class RawHeads {
    private RawHeads() {}

    /** A head with its empty line. */
    static String read(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("in a head: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }

    static boolean chunked(String head) {
        return head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n");
    }
}
