package io.sluice.grip;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a WebSocket is closed with (RFC 6455, 7.1.5): the content of a close frame and of a CLOSE event.
 *
 * @param code {@link #NO_CODE} for none
 * @param reason at most {@link #MAX_REASON_BYTES} in UTF-8; empty without a code
 */
public record SocketClose(int code, String reason) {
    public static final int NO_CODE = -1;
    public static final int MAX_REASON_BYTES = 123;

    /** Without code and reason. */
    public static final SocketClose PLAIN = new SocketClose(NO_CODE, "");

    /** A reason that is too long is cut at a character. */
    public static SocketClose of(int code, String reason) {
        if (code == NO_CODE) {
            return PLAIN;
        }
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_REASON_BYTES ? new SocketClose(code, reason) : new SocketClose(code, head(bytes));
    }

    /** Whether an endpoint may send the code (RFC 6455, 7.4; the registry of close codes). */
    public static boolean mayBeSent(int code) {
        boolean registered = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        return registered || (code >= 3000 && code <= 4999);
    }

    /** @throws GripException when it is not the content of a close */
    public static SocketClose parse(byte[] content) throws GripException {
        if (content.length == 0) {
            return PLAIN;
        }
        if (content.length == 1) {
            throw new GripException("a close has one byte of a code");
        }
        int code = (content[0] & 0xff) << 8 | (content[1] & 0xff);
        if (!mayBeSent(code)) {
            throw new GripException("a close has the code " + code);
        }
        try {
            String reason = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content, 2, content.length - 2))
                    .toString();
            return of(code, reason);
        } catch (CharacterCodingException e) {
            throw new GripException("a close has a reason that is not UTF-8");
        }
    }

    public byte[] content() {
        if (code == NO_CODE) {
            return new byte[0];
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        var content = new byte[2 + text.length];
        content[0] = (byte) (code >>> 8);
        content[1] = (byte) code;
        System.arraycopy(text, 0, content, 2, text.length);
        return content;
    }

    private static String head(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.IGNORE)
                    .decode(ByteBuffer.wrap(Arrays.copyOf(bytes, MAX_REASON_BYTES)))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
