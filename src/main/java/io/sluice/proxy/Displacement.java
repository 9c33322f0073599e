package io.sluice.proxy;

/**
 * A connection is its client's no more.
 *
 * @param farewell what the body of a stream ends with; empty where it has no place for such
 */
@SuppressWarnings("ArrayRecordComponent") // kept for its bytes, never compared
record Displacement(ClaimLoss loss, byte[] farewell) {}
