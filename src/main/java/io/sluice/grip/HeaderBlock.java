package io.sluice.grip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** Header lines to keep for long: one array in place of some forty objects. Immutable; any thread. */
public final class HeaderBlock {
    private static final char END = '\n';

    /** Name and value in turn, each with a line end, which neither can have. */
    private final byte[] text;

    private HeaderBlock(byte[] text) {
        this.text = text;
    }

    /** Lines that travelled, or may travel: one char a byte, without controls; others are left out. */
    public static HeaderBlock of(Headers headers) {
        var all = new StringBuilder();
        for (Header line : headers) {
            if (travels(line.name()) && travels(line.value())) {
                all.append(line.name()).append(END).append(line.value()).append(END);
            }
        }
        return new HeaderBlock(all.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean travels(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == END || text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    public Headers headers() {
        var lines = new ArrayList<Header>();
        String all = new String(text, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < all.length()) {
            int name = all.indexOf(END, at);
            int value = all.indexOf(END, name + 1);
            lines.add(new Header(all.substring(at, name), all.substring(name + 1, value)));
            at = value + 1;
        }
        return Headers.copyOf(lines);
    }
}
