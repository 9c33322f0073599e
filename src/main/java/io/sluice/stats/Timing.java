package io.sluice.stats;

/** What is measured in time, each as a histogram. */
public enum Timing {
    /** From a request to an origin, with the wait for a connection, to the head of its response. */
    ORIGIN_RESPONSE,
    /** From a publish call to its receipt. */
    PUBLISH,
    /** How late a timer of an event loop was. */
    EVENT_LOOP_LAG,
}
