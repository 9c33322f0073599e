package io.sluice.wire;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compression of WebSocket messages, each by itself (RFC 7692 without context take-over): what is compressed once fits every
 * socket, and no socket keeps a window. One thread, whose sockets share it.
 */
public final class MessageDeflate {
    /** What both ends must agree to. */
    public static final String EXTENSION = "permessage-deflate";

    /** Smaller messages would not shrink by much. */
    static final int LEAST_BYTES = 128;

    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
    /** A last block with nothing in it: where a block has ended, the whole ends with it. */
    private static final byte[] END = {1, 0, 0, (byte) 0xff, (byte) 0xff};

    private static final int PART = 8192;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] part = new byte[PART];

    /** A message that is too large when it is whole. */
    public static final class TooLarge extends Exception {
        TooLarge() {
            super("too large when inflated", null, false, false);
        }
    }

    /** Whether a message is worth it. */
    public static boolean worthwhile(int length) {
        return length >= LEAST_BYTES;
    }

    /** The message's compressed form. */
    public byte[] deflate(byte[] message) {
        deflater.reset();
        deflater.setInput(message);
        var out = new ByteArrayOutputStream(Math.max(64, message.length / 3));
        int written;
        do {
            written = deflater.deflate(part, 0, PART, Deflater.SYNC_FLUSH);
            out.write(part, 0, written);
        } while (written == PART);
        byte[] flushed = out.toByteArray();
        // A sync flush ends with an empty block, which the receiver adds again.
        return java.util.Arrays.copyOf(flushed, flushed.length - TAIL.length);
    }

    /**
     * The message of a compressed form.
     *
     * @throws TooLarge when it would be of more than {@code maxBytes}
     * @throws DataFormatException when it is not one
     */
    public byte[] inflate(byte[] compressed, int maxBytes) throws DataFormatException, TooLarge {
        if (compressed.length == 0) {
            return compressed;
        }
        inflater.reset();
        var out = new ByteArrayOutputStream(Math.min(maxBytes, 4 * compressed.length));
        boolean ended = feed(compressed, out, maxBytes);
        if (!ended) {
            feed(TAIL, out, maxBytes);
            if (!feed(END, out, maxBytes)) {
                throw new DataFormatException("broken off within a block");
            }
        }
        return out.toByteArray();
    }

    /** Whether a block that calls itself the last one has ended with the input; more may follow such a block (7.2.3.4). */
    private boolean feed(byte[] input, ByteArrayOutputStream out, int maxBytes) throws DataFormatException, TooLarge {
        inflater.setInput(input);
        while (!inflater.finished() || inflater.getRemaining() > 0) {
            if (inflater.finished()) {
                int left = inflater.getRemaining();
                inflater.reset();
                inflater.setInput(input, input.length - left, left);
            }
            int read = inflater.inflate(part);
            if (read == 0 && inflater.needsDictionary()) {
                throw new DataFormatException("a dictionary is asked for");
            }
            if (out.size() + read > maxBytes) {
                throw new TooLarge();
            }
            out.write(part, 0, read);
            if (inflater.needsInput() && !inflater.finished()) {
                return false;
            }
        }
        return true;
    }

    /** Gives back memory outside of the heap. */
    public void close() {
        deflater.end();
        inflater.end();
    }
}
