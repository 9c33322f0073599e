package io.sluice.grip;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** As much of DER (X.690) as key files need: to read an element's content in its turn, to write one around others. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;

    private Der() {}

    /** Whether the next element has that tag. */
    static boolean isNext(ByteBuffer in, int tag) {
        return in.hasRemaining() && (in.get(in.position()) & 0xff) == tag;
    }

    /** The content of the next element, which must have that tag. */
    static ByteBuffer read(ByteBuffer in, int tag) throws GripException {
        if (!isNext(in, tag) || in.remaining() < 2) {
            throw malformed();
        }
        in.get();
        int length = in.get() & 0xff;
        if (length > 0x80) {
            int bytes = length & 0x7f;
            if (bytes > 3 || bytes > in.remaining()) {
                throw malformed();
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (in.get() & 0xff);
            }
        } else if (length == 0x80) {
            throw malformed();
        }
        if (length > in.remaining()) {
            throw malformed();
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    static BigInteger integer(ByteBuffer in) throws GripException {
        byte[] bytes = bytes(read(in, INTEGER));
        if (bytes.length == 0) {
            throw malformed();
        }
        return new BigInteger(bytes);
    }

    static byte[] bytes(ByteBuffer content) {
        var bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /** An element of that tag around the parts. */
    static byte[] wrap(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var out = new ByteArrayOutputStream(content.size() + 5);
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static GripException malformed() {
        return new GripException("malformed key");
    }
}
