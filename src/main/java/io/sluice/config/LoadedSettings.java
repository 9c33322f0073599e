package io.sluice.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a loader made of its sources.
 *
 * @param settings presets stand where a value was wrong, so only to be used when {@link #usable()}
 * @param problems all of them, in the order of the sources
 * @param file read; null when there was none
 */
public record LoadedSettings(
        Settings settings, List<Problem> problems, @Nullable Path file) {
    /** Whether a node may start with them. */
    public boolean usable() {
        return problems.stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }
}
