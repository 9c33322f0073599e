package io.sluice.config;

/** A value that breaks the rule of its key; the message is the rule. */
final class BadSetting extends Exception {
    private static final int SHOWN = 60;

    BadSetting(String rule) {
        super(rule, null, false, false);
    }

    /** The rule and what was found, made fit to print. */
    static BadSetting of(String rule, String found) {
        String shown = found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found;
        return new BadSetting(rule + ", not '" + shown.replaceAll("\\p{Cntrl}", "?") + "'");
    }

    String rule() {
        return String.valueOf(getMessage());
    }
}
