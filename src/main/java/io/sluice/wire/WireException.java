package io.sluice.wire;

/** Bytes from another node that this version cannot read. Unchecked, since codecs of the bus may throw nothing else. */
public final class WireException extends RuntimeException {
    public WireException(String message) {
        super(message, null, false, false);
    }
}
