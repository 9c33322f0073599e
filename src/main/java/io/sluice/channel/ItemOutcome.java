package io.sluice.channel;

/**
 * What became of a published item at its channel's home.
 *
 * @param duplicate its id was seen before, within the window: nothing was forwarded
 * @param position given to it, or the channel's position when it waits or was a duplicate
 * @param waiting the sequencer holds it until its predecessor comes, or a wait ends
 */
public record ItemOutcome(boolean duplicate, boolean waiting, Position position) {}
