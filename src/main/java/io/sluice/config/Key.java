package io.sluice.config;

import java.util.Locale;

/**
 * One setting.
 *
 * @param name {@code section.key}, in kebab-case
 * @param preset in force when no source says otherwise
 * @param doc one line for {@code conf/sluice.yaml}; units and rules included
 */
record Key<T>(String name, Kind<T> kind, T preset, String doc) {
    String environment() {
        return "SLUICE_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    String section() {
        return name.substring(0, name.indexOf('.'));
    }
}
