package io.sluice.hostile;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/** A long body: who writes it and who reads it come to the same digest if it is the same, and can watch how far the other is. */
final class Flood {
    private static final int PIECE = 64 << 10;
    /** So much is read slowly, somewhere in the middle. */
    private static final long SLOW_BYTES = 8 << 20;

    private final long length;
    private final byte[] pattern = new byte[PIECE + 4096];
    private final AtomicLong written = new AtomicLong();
    private long widest;

    Flood(long length) {
        this.length = length;
        new Random(length).nextBytes(pattern);
    }

    /** Bytes that were under way at once, at most, while the reader was slow. */
    long widest() {
        return widest;
    }

    private interface Part {
        void send(byte[] bytes, int offset, int count) throws IOException;
    }

    long write(OutputStream out, boolean chunked) throws IOException {
        if (!chunked) {
            return write(out::write);
        }
        long digest = write((bytes, offset, count) -> {
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, offset, count);
            out.write(new byte[] {'\r', '\n'});
        });
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return digest;
    }

    private long write(Part part) throws IOException {
        var digest = new CRC32C();
        long left = length;
        for (int piece = 0; left > 0; piece++) {
            int count = (int) Math.min(left, PIECE);
            // No two pieces in a row are alike.
            part.send(pattern, piece % 4096, count);
            digest.update(pattern, piece % 4096, count);
            written.addAndGet(count);
            left -= count;
        }
        return digest.getValue();
    }

    long read(InputStream in, boolean chunked) throws IOException {
        var digest = new CRC32C();
        var data = new DataInputStream(in);
        byte[] buffer = new byte[PIECE];
        long total = 0;
        if (!chunked) {
            while (total < length) {
                int count = data.read(buffer, 0, (int) Math.min(buffer.length, length - total));
                total += took(digest, buffer, count, total);
            }
            return digest.getValue();
        }
        for (long size = size(data); size > 0; size = size(data)) {
            long end = total + size;
            while (total < end) {
                int count = data.read(buffer, 0, (int) Math.min(buffer.length, end - total));
                total += took(digest, buffer, count, total);
            }
            line(data);
        }
        if (total != length) {
            throw new EOFException("the body ended after " + total + " bytes");
        }
        return digest.getValue();
    }

    private int took(CRC32C digest, byte[] buffer, int count, long before) throws EOFException {
        if (count < 0) {
            throw new EOFException("the connection ended after " + before + " bytes");
        }
        digest.update(buffer, 0, count);
        long slowFrom = length / 3;
        if (before >= slowFrom && before < slowFrom + SLOW_BYTES) {
            LockSupport.parkNanos(count * 200L); // 5 MB a second
            widest = Math.max(widest, written.get() - before);
        }
        return count;
    }

    private static long size(DataInputStream in) throws IOException {
        String line = line(in);
        long size = Long.parseLong(line, 16);
        if (size == 0) {
            line(in);
        }
        return size;
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in a line: " + line);
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }
}
