package io.sluice.grip;

/** Hexadecimal digits, ASCII only. */
final class HexDigits {
    private HexDigits() {}

    /** The digit's value, -1 when it is none. */
    static int value(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }
}
