package io.sluice.trace;

/** One thing that a ring keeps. */
sealed interface Trace permits Note, ItemTrace {
    String channel();

    /** Empty for an item without one. */
    String id();

    TraceLine line();
}
