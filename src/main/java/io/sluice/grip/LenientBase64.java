package io.sluice.grip;

import java.util.Arrays;

/** Base64 as GRIP's peers read it: what is no digit is skipped, bits left over are dropped, nothing is an error. */
final class LenientBase64 {
    private static final byte[] DIGITS = digits();

    private LenientBase64() {}

    static byte[] decode(String text) {
        var out = new byte[(int) (text.length() * 3L / 4)];
        int length = 0;
        int bits = 0;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < DIGITS.length ? DIGITS[c] : -1;
            if (digit < 0) {
                continue;
            }
            bits = (bits << 6) | digit;
            count += 6;
            if (count >= 8) {
                count -= 8;
                out[length++] = (byte) (bits >> count);
            }
        }
        return length == out.length ? out : Arrays.copyOf(out, length);
    }

    private static byte[] digits() {
        var digits = new byte[128];
        Arrays.fill(digits, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            digits[alphabet.charAt(i)] = (byte) i;
        }
        return digits;
    }
}
