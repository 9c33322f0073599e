package io.sluice.config;

/**
 * Something wrong in what a person configured.
 *
 * @param source file name as it was given, or {@code environment}, {@code command line}
 * @param line from 1; 0 when the source has no lines
 * @param reason one line
 */
public record Problem(Severity severity, String source, int line, String reason) {
    /** What became of the place. */
    public enum Severity {
        /** Not in force: a routes line is skipped, a node does not start on such a setting. */
        ERROR,
        /** In force, but a part of it has no effect here. */
        WARNING,
        /** In force and fine; the part named will matter in a later version. */
        NOTE,
    }

    static Problem error(String source, int line, String reason) {
        return new Problem(Severity.ERROR, source, line, reason);
    }

    static Problem warning(String source, int line, String reason) {
        return new Problem(Severity.WARNING, source, line, reason);
    }

    static Problem note(String source, int line, String reason) {
        return new Problem(Severity.NOTE, source, line, reason);
    }

    /** Whether {@code sluice check} fails on it. */
    public boolean failsCheck() {
        return severity != Severity.NOTE;
    }

    /** {@code SOURCE:LINE: REASON}. */
    @Override
    public String toString() {
        return (line == 0 ? source : source + ":" + line) + ": " + reason;
    }
}
