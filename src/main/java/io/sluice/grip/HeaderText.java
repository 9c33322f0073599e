package io.sluice.grip;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text in header values. A {@link Header} holds a value as it travels, one char a byte, because that is what HTTP codecs read
 * and write; the protocol's names and ids in it are UTF-8. Pure; any thread.
 */
public final class HeaderText {
    private HeaderText() {}

    /** The text of a value as it travelled. What is not UTF-8 stays as it is. */
    public static String decode(String wire) {
        boolean ascii = true;
        for (int i = 0; i < wire.length(); i++) {
            char c = wire.charAt(i);
            if (c > 0xff) {
                return wire; // text already
            }
            ascii &= c < 0x80;
        }
        if (ascii) {
            return wire;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(wire.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return wire;
        }
    }

    /** The value that carries the text: its UTF-8 bytes, one char each. */
    public static String encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }

    /** The bytes of a value as it travelled. */
    static byte[] bytes(String wire) {
        for (int i = 0; i < wire.length(); i++) {
            if (wire.charAt(i) > 0xff) {
                return wire.getBytes(StandardCharsets.UTF_8);
            }
        }
        return wire.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether the text has a control character, CR, LF, NUL and tab among them. */
    static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether it may stand as a header's value: no control bytes but the tab. */
    static boolean isValue(String wire) {
        for (int i = 0; i < wire.length(); i++) {
            char c = wire.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Whether it may stand as a header's name (RFC 9110, token). */
    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
