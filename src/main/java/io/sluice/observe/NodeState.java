package io.sluice.observe;

import io.sluice.bus.NodeOverview;
import io.sluice.channel.ChannelHomes;
import io.sluice.fanout.Loops;
import io.sluice.netty.DirectMemory;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Histogram;
import io.sluice.stats.Stats;
import io.sluice.stats.Timing;
import io.sluice.trace.NodeTraces;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** How this node is, in numbers, for the ops page of whichever node. Any thread. */
final class NodeState {
    /** Of which the busiest channels are told. */
    private static final long ACTIVITY_MILLIS = 10_000;

    private final Stats stats;
    private final ChannelHomes homes;
    private final Loops loops;
    private final Supplier<List<String>> waitingFor;

    NodeState(Stats stats, ChannelHomes homes, Loops loops, Supplier<List<String>> waitingFor) {
        this.stats = stats;
        this.homes = homes;
        this.loops = loops;
        this.waitingFor = waitingFor;
    }

    /** Looks at every remembered item: not for an event loop. */
    NodeOverview overview(int channels) {
        return new NodeOverview(
                version(), waitingFor.get(), homes.isolated(), numbers(), drops(), timings(), activity(channels));
    }

    static String version() {
        String version = NodeState.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }

    private Map<String, Long> numbers() {
        var numbers = new TreeMap<String, Long>();
        for (Counter counter : Counter.values()) {
            numbers.put(lower(counter), stats.value(counter));
        }
        for (Gauge gauge : Gauge.values()) {
            numbers.put(lower(gauge), stats.value(gauge));
        }
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        numbers.put("heap_used_bytes", heap.getUsed());
        numbers.put("heap_max_bytes", heap.getMax());
        numbers.put("direct_used_bytes", DirectMemory.usedBytes());
        numbers.put("cores", (long) Runtime.getRuntime().availableProcessors());
        numbers.put("uptime_millis", ManagementFactory.getRuntimeMXBean().getUptime());
        numbers.put("cpu_millis", ProcessMetrics.cpuNanos() / 1_000_000);
        numbers.put(
                "gc_millis",
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                        .sum());
        return numbers;
    }

    private Map<String, Long> drops() {
        var drops = new TreeMap<String, Long>();
        for (DropReason reason : DropReason.values()) {
            drops.put(lower(reason), stats.value(reason));
        }
        return drops;
    }

    private Map<String, List<Long>> timings() {
        var timings = new TreeMap<String, List<Long>>();
        for (Timing timing : Timing.values()) {
            Histogram histogram = stats.value(timing);
            var buckets = new ArrayList<Long>();
            for (int bucket = 0; bucket <= Histogram.bounds(); bucket++) {
                buckets.add(histogram.count(bucket));
            }
            timings.put(lower(timing), buckets);
        }
        return timings;
    }

    private NodeOverview.Activity activity(int channels) {
        NodeTraces.Activity activity = loops.traces().activity(ACTIVITY_MILLIS);
        var busiest = new LinkedHashMap<String, Long>();
        activity.items().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(channels)
                .forEach(entry -> busiest.put(entry.getKey(), entry.getValue().longValue()));
        return new NodeOverview.Activity(activity.millis(), busiest);
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
