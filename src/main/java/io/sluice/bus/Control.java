package io.sluice.bus;

/** To every node, or to one. */
public sealed interface Control {
    /** Forget all last ids, and have all HTTP sessions ask their origins again (GRIP control API, recover). */
    record Recover() implements Control {}
}
