package io.sluice.channel;

/**
 * A point in a channel's order. A sequence alone says nothing: after its home lost its memory the numbers start again, so
 * each life of the channel has an epoch, and positions of different epochs do not compare.
 *
 * @param epoch which life of the channel
 * @param sequence number of the last item, 0 before the first
 */
public record Position(long epoch, long sequence) {}
