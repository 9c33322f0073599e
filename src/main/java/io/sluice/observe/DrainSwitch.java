package io.sluice.observe;

/** A node's way out, for its operator. Any thread; never blocks. */
public interface DrainSwitch {
    DrainReport report();

    /**
     * Begins the drain if it has not begun.
     *
     * @param now holds end without pacing
     */
    void begin(boolean now);
}
