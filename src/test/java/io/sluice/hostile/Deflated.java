package io.sluice.hostile;

import io.sluice.testing.RawWebSocket.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The message transformation of RFC 7692, section 7.2, without the product's code. */
final class Deflated {
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
    static final int RSV1 = 4;

    private Deflated() {}

    static byte[] deflate(byte[] message) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            return deflate(deflater, message);
        } finally {
            deflater.end();
        }
    }

    /** With what the deflater knows from before. */
    static byte[] deflate(Deflater deflater, byte[] message) {
        deflater.setInput(message);
        var out = new ByteArrayOutputStream();
        var part = new byte[65_536];
        int written;
        do {
            written = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
            out.write(part, 0, written);
        } while (written == part.length);
        return Arrays.copyOf(out.toByteArray(), out.size() - TAIL.length);
    }

    /** A compressed message in one frame. */
    static Frame frame(int opcode, byte[] message) {
        return raw(opcode, deflate(message));
    }

    /** What pretends to be one. */
    static Frame raw(int opcode, byte[] compressed) {
        return new Frame(true, RSV1, opcode, compressed);
    }

    /** The content of a message that must be compressed, and complete by itself. */
    static byte[] inflate(Frame message) {
        if (message.rsv() != RSV1) {
            throw new AssertionError("not compressed: " + message);
        }
        var inflater = new Inflater(true);
        try {
            byte[] compressed = message.payload();
            byte[] input = Arrays.copyOf(compressed, compressed.length + TAIL.length);
            System.arraycopy(TAIL, 0, input, compressed.length, TAIL.length);
            inflater.setInput(input);
            var out = new ByteArrayOutputStream();
            var part = new byte[65_536];
            for (int read = inflater.inflate(part); read > 0; read = inflater.inflate(part)) {
                out.write(part, 0, read);
            }
            if (inflater.getRemaining() > 0) {
                throw new AssertionError("more than a message: " + message);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new AssertionError("not deflate: " + message, e);
        } finally {
            inflater.end();
        }
    }
}
