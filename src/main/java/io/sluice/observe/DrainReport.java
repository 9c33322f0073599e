package io.sluice.observe;

/**
 * Where a node's drain stands.
 *
 * @param phase {@code serving} when none has begun, then {@code waiting}, {@code ending-holds}, {@code finishing-requests},
 *     {@code handing-over}, {@code leaving}, {@code closed}
 * @param streams left
 * @param longPolls left
 * @param webSockets left
 * @param connections of clients left
 * @param ended holds that the drain has ended so far
 * @param secondsLeft until the last hold is to end
 * @param limitSecondsLeft until what is left is cut
 */
public record DrainReport(
        String node,
        String phase,
        long streams,
        long longPolls,
        long webSockets,
        long connections,
        long ended,
        long secondsLeft,
        long limitSecondsLeft) {}
