package io.sluice.observe;

import com.sun.management.UnixOperatingSystemMXBean;
import io.sluice.netty.DirectMemory;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/** What the process takes of its machine, under the names that Prometheus' own clients use. */
final class ProcessMetrics {
    private ProcessMetrics() {}

    static void addTo(Exposition text) {
        process(text);
        memory(text);
        text.family("jvm_gc_collection_seconds_total", "counter", "Time spent in garbage collection.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.sample("gc", collector.getName(), collector.getCollectionTime() / 1000.0);
        }
        text.family("jvm_gc_collections_total", "counter", "Garbage collections.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.sample("gc", collector.getName(), collector.getCollectionCount());
        }
        text.family(
                        "sluice_log_lines_discarded_total",
                        "counter",
                        "Lines of the log that were not written, because too many waited.")
                .sample(LogOutput.discarded());
        text.family("jvm_threads_current", "gauge", "Live threads.")
                .sample(ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static void process(Exposition text) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        text.family("process_uptime_seconds", "gauge", "Since the process started.")
                .sample(runtime.getUptime() / 1000.0);
        text.family("process_start_time_seconds", "gauge", "When the process started, in Unix time.")
                .sample(runtime.getStartTime() / 1000.0);
        text.family("process_cpu_seconds_total", "counter", "CPU time of the process, of all its threads.")
                .sample(cpuNanos() / 1e9);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            text.family("process_open_fds", "gauge", "Open files and sockets.")
                    .sample(unix.getOpenFileDescriptorCount());
            text.family("process_max_fds", "gauge", "Open files and sockets at most.")
                    .sample(unix.getMaxFileDescriptorCount());
        }
    }

    /** CPU time of the process; 0 where that is not known. */
    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? Math.max(0, unix.getProcessCpuTime())
                : 0;
    }

    private static void memory(Exposition text) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        text.family("jvm_memory_used_bytes", "gauge", "Memory in use.")
                .sample("area", "heap", heap.getUsed())
                .sample("area", "nonheap", other.getUsed())
                .sample("area", "direct", DirectMemory.usedBytes());
        text.family("jvm_memory_committed_bytes", "gauge", "Memory taken from the system.")
                .sample("area", "heap", heap.getCommitted())
                .sample("area", "nonheap", other.getCommitted());
        text.family("jvm_memory_max_bytes", "gauge", "Memory at most; -1 without a bound.")
                .sample("area", "heap", heap.getMax())
                .sample("area", "direct", DirectMemory.maxBytes());
    }
}
