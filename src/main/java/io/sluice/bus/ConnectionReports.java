package io.sluice.bus;

import java.util.List;

/** Holds of a node; answers those of {@link PresenceQuestion} that ask for them. */
public record ConnectionReports(List<ConnectionReport> connections) {}
