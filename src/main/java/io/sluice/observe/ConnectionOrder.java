package io.sluice.observe;

import io.sluice.bus.ConnectionReport;
import io.sluice.bus.ConnectionReports;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which connections are worse off. */
final class ConnectionOrder {
    private static final Comparator<ConnectionReport> WORST_FIRST = Comparator.comparingLong(
                    ConnectionReport::stalledMillis)
            .thenComparingLong(ConnectionReport::pendingBytes)
            .thenComparingLong(ConnectionReport::dropped)
            .reversed();

    private ConnectionOrder() {}

    static ConnectionReports worst(ConnectionReports all, int limit) {
        return new ConnectionReports(
                all.connections().stream().sorted(WORST_FIRST).limit(limit).toList());
    }

    static List<ConnectionReport> worst(Collection<ConnectionReports> parts, int limit) {
        return parts.stream()
                .flatMap(part -> part.connections().stream())
                .sorted(WORST_FIRST)
                .limit(limit)
                .toList();
    }
}
