package io.sluice.grip;

/**
 * Checks that bytes are UTF-8, in parts: a character may stand on the border of two (RFC 3629; the table is that of its ABNF). The
 * state of a text is one number. Pure; any thread.
 */
public final class Utf8 {
    /** Nothing read yet, or whole characters only. */
    public static final int START = 0;

    /** No text can begin so. */
    public static final int BROKEN = -1;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final java.lang.invoke.VarHandle LONGS =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(long[].class, java.nio.ByteOrder.nativeOrder());

    private Utf8() {}

    public static boolean isValid(byte[] bytes) {
        return check(START, bytes) == START;
    }

    /**
     * Goes on with a text.
     *
     * @param state {@link #START}, or what this returned for the part before
     * @return {@link #START} when the text may end here, {@link #BROKEN}, or any other number when a character is not complete
     */
    public static int check(int state, byte[] bytes) {
        int now = state;
        int i = 0;
        while (i < bytes.length && now != BROKEN) {
            if (now == START) {
                while (i + 8 <= bytes.length && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
                    i += 8;
                }
                if (i == bytes.length) {
                    break;
                }
            }
            now = next(now, bytes[i++] & 0xff);
        }
        return now;
    }

    /** A state is the least and the greatest next byte, and how many more follow that: {@code min << 16 | max << 8 | more}. */
    private static int next(int state, int b) {
        if (state == START) {
            return first(b);
        }
        int min = state >>> 16;
        int max = state >>> 8 & 0xff;
        int more = state & 0xff;
        if (b < min || b > max) {
            return BROKEN;
        }
        return more == 0 ? START : 0x80bf00 | more - 1;
    }

    private static int first(int b) {
        if (b < 0x80) {
            return START;
        }
        if (b < 0xc2 || b > 0xf4) {
            return BROKEN;
        }
        if (b < 0xe0) {
            return 0x80bf00;
        }
        return switch (b) {
            case 0xe0 -> 0xa0bf01;
            case 0xed -> 0x809f01;
            case 0xf0 -> 0x90bf02;
            case 0xf4 -> 0x808f02;
            default -> b < 0xf0 ? 0x80bf01 : 0x80bf02;
        };
    }
}
