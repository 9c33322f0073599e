package io.sluice.observe;

import io.sluice.channel.ChannelHomes;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.stats.Timing;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The node's numbers in Prometheus' text format, read when asked. Never a label of which there are as many as channels or clients. */
final class Metrics {
    private final Stats stats;
    private final ChannelHomes homes;
    private final Supplier<List<String>> waitingFor;

    Metrics(Stats stats, ChannelHomes homes, Supplier<List<String>> waitingFor) {
        this.stats = stats;
        this.homes = homes;
        this.waitingFor = waitingFor;
    }

    String text() {
        var text = new Exposition();
        text.family("sluice_info", "gauge", "Always 1; says which node this is.")
                .sample("node", homes.self(), 1);
        for (Counter counter : Counter.values()) {
            text.family("sluice_" + lower(counter) + "_total", "counter", MetricMeaning.of(counter))
                    .sample(stats.value(counter));
        }
        text.family(
                "sluice_drops_total",
                "counter",
                "Items that did not reach a connection or a channel they were meant for.");
        for (DropReason reason : DropReason.values()) {
            text.sample("reason", lower(reason), stats.value(reason));
        }
        for (Gauge gauge : Gauge.values()) {
            text.family("sluice_" + lower(gauge), "gauge", MetricMeaning.of(gauge))
                    .sample(stats.value(gauge));
        }
        for (Timing timing : Timing.values()) {
            text.family("sluice_" + lower(timing) + "_seconds", "histogram", MetricMeaning.of(timing))
                    .histogram(stats.value(timing));
        }
        text.family("sluice_ready", "gauge", "1 while the node takes traffic, else 0.")
                .sample(waitingFor.get().isEmpty() ? 1 : 0);
        text.family("sluice_cluster_members", "gauge", "Nodes that this node sees in its cluster, itself among them.")
                .sample(homes.members().size());
        text.family("sluice_cluster_isolated", "gauge", "1 while the node is in the smaller part of a divided cluster.")
                .sample(homes.isolated() ? 1 : 0);
        ProcessMetrics.addTo(text);
        return text.toString();
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
