package io.sluice.grip;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Replaces directives in content that comes in pieces: {@code %%} is a percent sign, {@code %X} directive X,
 * {@code %(ARG)X} directive X with an argument, in which a backslash takes the next byte as it is (GRIP, filters). One
 * object for one content; belongs to its caller. After an exception it is of no use.
 */
final class Directives {
    private static final byte[] NOTHING = {};
    private static final int MAX_ARGUMENT_BYTES = 65536;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = LOW_BITS << 7;
    private static final long PERCENTS = LOW_BITS * '%';

    private enum State {
        TEXT,
        PERCENT,
        ARGUMENT,
        ESCAPE,
        DIRECTIVE,
    }

    /** What a directive stands for. */
    interface Renderer {
        /**
         * @param argument null when there were no parentheses
         * @param position of the directive's letter, for error texts
         */
        byte[] render(char directive, byte @Nullable [] argument, long position) throws GripException;
    }

    private final Renderer renderer;
    private final ByteArrayOutputStream argument = new ByteArrayOutputStream(0);
    private State state = State.TEXT;
    private long position;
    private long fieldStart;

    Directives(Renderer renderer) {
        this.renderer = renderer;
    }

    /** The whole content with its directives replaced; the same array when it has none. */
    static byte[] replace(byte[] content, Renderer renderer) throws GripException {
        if (isPlain(content)) {
            return content;
        }
        var directives = new Directives(renderer);
        byte[] replaced = directives.update(content);
        directives.finish();
        return replaced;
    }

    /** What can be said of the content up to here; the same array when the piece is plain. */
    byte[] update(byte[] piece) throws GripException {
        if (state == State.TEXT && isPlain(piece)) {
            position += piece.length;
            return piece;
        }
        var out = new ByteArrayOutputStream(piece.length + 32);
        int i = 0;
        while (i < piece.length) {
            if (state == State.TEXT) {
                int end = indexOfPercent(piece, i);
                out.write(piece, i, end - i);
                position += end - i;
                i = end;
                if (i == piece.length) {
                    break;
                }
            }
            byte[] rendered = step((char) (piece[i] & 0xff));
            out.write(rendered, 0, rendered.length);
            position++;
            i++;
        }
        return out.toByteArray();
    }

    /** The content is over. */
    void finish() throws GripException {
        String error = switch (state) {
            case TEXT -> null;
            case PERCENT -> "Expected directive after '%' at position " + (position - 1);
            case ARGUMENT ->
                position - 1 == fieldStart ? "Expected character after '(' at position " + fieldStart : unterminated();
            case ESCAPE -> "Expected character after '\\' at position " + (position - 1);
            case DIRECTIVE -> "Expected directive after ')' at position " + (position - 1);
        };
        if (error != null) {
            throw new GripException(error);
        }
    }

    /** Takes one byte in any state; in {@code TEXT} it is a percent sign. */
    private byte[] step(char c) throws GripException {
        switch (state) {
            case TEXT -> state = State.PERCENT;
            case PERCENT -> {
                return afterPercent(c);
            }
            case ARGUMENT -> {
                if (c == '\\') {
                    state = State.ESCAPE;
                } else if (c == ')') {
                    state = State.DIRECTIVE;
                } else {
                    addToArgument(c);
                }
            }
            case ESCAPE -> {
                addToArgument(c);
                state = State.ARGUMENT;
            }
            case DIRECTIVE -> {
                state = State.TEXT;
                return renderer.render(c, argument.toByteArray(), position);
            }
        }
        return NOTHING;
    }

    private byte[] afterPercent(char c) throws GripException {
        if (c == '(') {
            state = State.ARGUMENT;
            fieldStart = position;
            argument.reset();
            return NOTHING;
        }
        state = State.TEXT;
        if (c == '%') {
            return new byte[] {'%'};
        }
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return renderer.render(c, null, position);
        }
        throw unknown(c, position);
    }

    private void addToArgument(char c) throws GripException {
        if (argument.size() == MAX_ARGUMENT_BYTES) {
            throw new GripException(unterminated());
        }
        argument.write(c);
    }

    private String unterminated() {
        return "Unterminated field starting at position " + fieldStart;
    }

    static GripException unknown(char directive, long position) {
        return new GripException("Unknown directive '" + directive + "' at position " + position);
    }

    /** Whether there is nothing to replace. Asked for each subscriber of each item, so eight bytes at a time. */
    static boolean isPlain(byte[] content) {
        return indexOfPercent(content, 0) == content.length;
    }

    private static int indexOfPercent(byte[] bytes, int start) {
        int i = start;
        while (i <= bytes.length - Long.BYTES) {
            long differences = (long) LONGS.get(bytes, i) ^ PERCENTS;
            if (((differences - LOW_BITS) & ~differences & HIGH_BITS) != 0) {
                break; // one of these eight is zero: a percent sign
            }
            i += Long.BYTES;
        }
        while (i < bytes.length && bytes[i] != '%') {
            i++;
        }
        return i;
    }
}
