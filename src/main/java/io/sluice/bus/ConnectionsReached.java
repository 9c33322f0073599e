package io.sluice.bus;

import java.util.List;

/** Of the connections of a command, those that are there. */
public record ConnectionsReached(List<String> ids) {}
