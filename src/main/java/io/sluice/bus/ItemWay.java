package io.sluice.bus;

import io.sluice.trace.TraceLine;
import java.util.List;

/**
 * What a node remembers of an item, or of a channel's newest items.
 *
 * @param remembers items that it remembers at most; 0 when it was told to remember none
 * @param lines in the order of time
 */
public record ItemWay(int remembers, List<TraceLine> lines) {}
