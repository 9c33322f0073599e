package io.sluice.config;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.config.Route.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedRoutesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("routes");
    }

    private static Settings.RoutesSource of(Path file) {
        return new Settings.RoutesSource(file, List.of());
    }

    private static boolean has(Routes routes, String host) {
        return routes.current().select(host, "/", false, Protocol.HTTP) != null;
    }

    private void replaceByRename(String text) throws IOException {
        Path next = Files.writeString(directory.resolve("routes.next"), text);
        Files.move(next, file(), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    @Test
    void an_edit_in_place_is_read() throws IOException {
        Files.writeString(file(), "one a:1");
        try (var routes = WatchedRoutes.open(of(file()))) {
            assertThat(has(routes, "one")).isTrue();
            Files.writeString(file(), "two a:1\nwrong");
            await().atMost(DEADLINE).until(() -> has(routes, "two"));
            assertThat(has(routes, "one")).isFalse();
            assertThat(routes.problems()).extracting(Problem::line).containsExactly(2);
        }
    }

    @Test
    void a_rename_over_it_is_read_again_and_again() throws IOException {
        Files.writeString(file(), "h0 a:1");
        try (var routes = WatchedRoutes.open(of(file()))) {
            for (int i = 1; i <= 3; i++) {
                String host = "h" + i;
                replaceByRename(host + " a:1");
                await().atMost(DEADLINE).until(() -> has(routes, host));
            }
        }
    }

    /** As a mounted ConfigMap changes: the file is a link through a directory that is itself a link. */
    @Test
    void a_link_that_moves_is_followed() throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve("v1")).resolve("routes"), "one a:1");
        Files.writeString(Files.createDirectory(directory.resolve("v2")).resolve("routes"), "two a:1");
        Files.createSymbolicLink(directory.resolve("data"), Path.of("v1"));
        Files.createSymbolicLink(file(), Path.of("data/routes"));
        try (var routes = WatchedRoutes.open(of(file()))) {
            assertThat(has(routes, "one")).isTrue();
            Files.createSymbolicLink(directory.resolve("data.next"), Path.of("v2"));
            Files.move(directory.resolve("data.next"), directory.resolve("data"), ATOMIC_MOVE, REPLACE_EXISTING);
            await().atMost(DEADLINE).until(() -> has(routes, "two"));
        }
    }

    @Test
    void a_file_that_vanishes_leaves_the_old_routes_until_it_is_back() throws IOException {
        Files.writeString(file(), "one a:1");
        try (var routes = WatchedRoutes.open(of(file()))) {
            Files.delete(file());
            await().atMost(DEADLINE).until(() -> !routes.readable());
            assertThat(has(routes, "one")).isTrue();
            assertThat(routes.problems()).hasToString("[" + file() + ": unable to open routes file: no such file]");
            Files.writeString(file(), "one a:1\ntwo a:1");
            await().atMost(DEADLINE).until(() -> has(routes, "two"));
            assertThat(routes.readable()).isTrue();
            assertThat(routes.problems()).isEmpty();
        }
    }

    @Test
    void reload_reads_at_once() throws IOException {
        Files.writeString(file(), "one a:1");
        WatchedRoutes routes = WatchedRoutes.read(of(file()));
        Files.writeString(file(), "two a:1");
        assertThat(has(routes, "one")).isTrue();
        routes.reload();
        assertThat(has(routes, "two")).isTrue();
    }

    @Test
    void lines_replace_the_file() {
        var source = new Settings.RoutesSource(directory.resolve("none"), List.of("h a:1", "bad"));
        try (var routes = WatchedRoutes.open(source)) {
            assertThat(has(routes, "h")).isTrue();
            assertThat(routes.problems())
                    .extracting(Problem::toString)
                    .hasSize(1)
                    .allMatch(text -> text.startsWith("--route:2: "));
            routes.reload();
            assertThat(has(routes, "h")).isTrue();
        }
    }

    @Test
    void a_file_missing_from_the_start_is_told() throws IOException {
        try (var routes = WatchedRoutes.open(of(file()))) {
            assertThat(routes.readable()).isFalse();
            assertThat(routes.problems()).allMatch(Problem::failsCheck).hasSize(1);
            Files.writeString(file(), "late a:1");
            await().atMost(DEADLINE).until(() -> has(routes, "late"));
            assertThat(Objects.requireNonNull(routes.current()).size()).isEqualTo(1);
        }
    }
}
