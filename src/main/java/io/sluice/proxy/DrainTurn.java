package io.sluice.proxy;

import org.jspecify.annotations.Nullable;

/**
 * A request's turn to end when the node drains: one, however many holds follow each other while its origin is asked again, so that none of them
 * jumps the line. Event loop only.
 */
final class DrainTurn {
    private final PacedEnds ends;
    private @Nullable Runnable end;
    private boolean linedUp;
    private boolean come;

    DrainTurn(PacedEnds ends) {
        this.ends = ends;
    }

    /**
     * A hold begins.
     *
     * @param end ends it
     * @return whether its turn has come already, so that the caller is to end it
     */
    boolean heldBy(Runnable end) {
        this.end = end;
        if (ends.ending()) {
            // The connection may have been told before.
            lineUp();
        }
        return come;
    }

    /** The origin is being asked: the turn of whatever it answers stays where it is. */
    void free() {
        end = null;
    }

    /** The connection's server shuts down. */
    void lineUp() {
        if (!linedUp) {
            linedUp = true;
            ends.add(this::come);
        }
    }

    private void come() {
        come = true;
        Runnable due = end;
        if (due != null) {
            due.run();
        }
    }
}
