package io.sluice.observe;

import io.sluice.stats.Histogram;

/** Writes Prometheus' text format, version 0.0.4: families with their samples following. */
final class Exposition {
    private final StringBuilder text = new StringBuilder(4096);
    private String name = "";

    /** Begins a family; the samples that follow are its. */
    Exposition family(String family, String type, String help) {
        name = family;
        text.append("# HELP ").append(family).append(' ');
        escape(help, false);
        text.append("\n# TYPE ").append(family).append(' ').append(type).append('\n');
        return this;
    }

    Exposition sample(Number value) {
        text.append(name);
        return value(value);
    }

    Exposition sample(String label, String labelValue, Number value) {
        text.append(name).append('{').append(label).append("=\"");
        escape(labelValue, true);
        text.append("\"}");
        return value(value);
    }

    Exposition histogram(Histogram histogram) {
        String family = name;
        long count = 0;
        name = family + "_bucket";
        for (int bucket = 0; bucket < Histogram.bounds(); bucket++) {
            count += histogram.count(bucket);
            sample("le", String.valueOf(Histogram.boundSeconds(bucket)), count);
        }
        count += histogram.count(Histogram.bounds());
        sample("le", "+Inf", count);
        name = family + "_sum";
        sample(histogram.sumSeconds());
        name = family + "_count";
        return sample(count);
    }

    private Exposition value(Number value) {
        text.append(' ').append(value).append('\n');
        return this;
    }

    private void escape(String raw, boolean quoted) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '"' -> text.append(quoted ? "\\\"" : "\"");
                default -> text.append(c);
            }
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
