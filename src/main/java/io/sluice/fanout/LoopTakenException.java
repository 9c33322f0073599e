package io.sluice.fanout;

/** The event loop has its proxy, or its edge, already. Vert.x deals out its loops in turn to everybody who asks: try another. */
public final class LoopTakenException extends RuntimeException {
    LoopTakenException(String what) {
        super("the event loop has its " + what + " already", null, false, false);
    }
}
