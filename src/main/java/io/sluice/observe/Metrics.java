package io.sluice.observe;

import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;

/** The node's numbers in Prometheus' text format, read when asked. */
final class Metrics {
    private final Stats stats;
    private final String node;

    Metrics(Stats stats, String node) {
        this.stats = stats;
        this.node = node;
    }

    String text() {
        var text = new Exposition();
        text.family("sluice_info", "gauge", "Always 1; says which node this is.")
                .sample("node", node, 1);
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
        process(text);
        return text.toString();
    }

    private static void process(Exposition text) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        text.family("process_uptime_seconds", "gauge", "Since the process started.")
                .sample(runtime.getUptime() / 1000.0);
        text.family("process_start_time_seconds", "gauge", "When the process started, in Unix time.")
                .sample(runtime.getStartTime() / 1000.0);
        text.family("jvm_memory_used_bytes", "gauge", "Memory in use.").sample("area", "heap", heap.getUsed());
        text.family("jvm_memory_committed_bytes", "gauge", "Memory taken from the system.")
                .sample("area", "heap", heap.getCommitted());
        text.family("jvm_memory_max_bytes", "gauge", "Memory at most; -1 without a bound.")
                .sample("area", "heap", heap.getMax());
        text.family("jvm_gc_collection_seconds_total", "counter", "Time spent in garbage collection.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.sample("gc", collector.getName(), collector.getCollectionTime() / 1000.0);
        }
        text.family("jvm_threads_current", "gauge", "Live threads.")
                .sample(ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
