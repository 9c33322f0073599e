package io.sluice.channel;

/**
 * How much of a log is read at once: the oldest items behind the position, one at least.
 *
 * @param items at most
 * @param bytes of these; one larger item is read alone
 */
public record TailBound(int items, long bytes) {
    public static final TailBound ALL = new TailBound(Integer.MAX_VALUE, Long.MAX_VALUE);
}
