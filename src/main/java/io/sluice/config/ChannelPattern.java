package io.sluice.config;

/** Patterns of full channel names, a route's prefix included; {@code *} stands for any run of characters. Pure. */
final class ChannelPattern {
    private ChannelPattern() {}

    /** Each star takes as little as it can, and more when the rest then does not fit; only the last star is ever tried again. */
    static boolean matches(String pattern, String channel) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < channel.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == channel.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
