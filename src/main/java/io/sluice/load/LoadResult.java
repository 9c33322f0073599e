package io.sluice.load;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run has shown.
 *
 * @param openMillis until all streams were open
 * @param publishedMillis from the first message to the last
 * @param deliveredMillis from the first message to the last delivery
 * @param published messages that the server accepted
 * @param refused messages that it did not, or not in time
 * @param cut streams that ended before the run did
 * @param latencies microseconds from the publish call to the stream
 */
public record LoadResult(
        LoadPlan plan,
        long openMillis,
        long publishedMillis,
        long deliveredMillis,
        long published,
        long refused,
        long deliveries,
        long lost,
        long duplicates,
        long cut,
        Histogram latencies) {
    private static final int BAR = 40;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    /** Whether all that was published arrived everywhere, once. */
    public boolean whole() {
        return lost == 0 && duplicates == 0 && refused == 0 && cut == 0 && published > 0;
    }

    /** A table, and a histogram of the latencies. */
    public String text() {
        var text = new StringBuilder();
        row(
                text,
                "streams",
                "%,d on %,d channels, open after %.1f s",
                plan.streams(),
                plan.channels(),
                openMillis / 1e3);
        row(
                text,
                "published",
                "%,d messages of %,d bytes, %,.0f/s",
                published,
                plan.size(),
                rate(published, publishedMillis));
        row(text, "deliveries", "%,d, %,.0f/s", deliveries, rate(deliveries, deliveredMillis));
        row(text, "lost", "%,d", lost);
        row(text, "duplicates", "%,d", duplicates);
        row(text, "refused", "%,d", refused);
        row(text, "streams cut", "%,d", cut);
        var line = new StringBuilder();
        for (double percentile : PERCENTILES) {
            line.append(percentile == 100 ? "max" : "p" + number(percentile))
                    .append(String.format(Locale.ROOT, " %.2f  ", latencies.getValueAtPercentile(percentile) / 1e3));
        }
        row(text, "latency, ms", "%s", line.toString().strip());
        histogram(text);
        return text.toString();
    }

    private void histogram(StringBuilder text) {
        long total = latencies.getTotalCount();
        if (total == 0) {
            return;
        }
        text.append('\n');
        for (long from = 0, to = 125; from <= latencies.getMaxValue(); from = to, to *= 2) {
            long count = latencies.getCountBetweenValues(from, to - 1);
            if (count > 0) {
                int length = (int) Math.max(1, Math.round((double) BAR * count / total));
                text.append(
                        String.format(Locale.ROOT, "  < %10.2f ms %,12d  %s%n", to / 1e3, count, "#".repeat(length)));
            }
        }
    }

    private static void row(StringBuilder text, String name, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-12s %s%n", name, String.format(Locale.ROOT, format, values)));
    }

    private static double rate(long count, long millis) {
        return millis <= 0 ? 0 : count * 1e3 / millis;
    }

    private static String number(double percentile) {
        return percentile == Math.rint(percentile) ? String.valueOf((int) percentile) : String.valueOf(percentile);
    }
}
