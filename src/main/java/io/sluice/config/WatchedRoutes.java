package io.sluice.config;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes in force, read again when their file changes: edited in place, replaced by rename, or behind a link that moved. A new
 * table takes the place of the old one at once; requests under way keep the route they have.
 *
 * <p>Threads: any for {@link #current()}, which only reads a field. Opening and {@link #reload()} read files: not on an event loop.
 * A daemon thread of its own watches.
 *
 * <p>Errors: a file that cannot be read leaves the old routes in force, with a warning. Wrong lines are warnings too.
 */
public final class WatchedRoutes implements Routes, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedRoutes.class);

    /** File systems may keep changes to themselves (network mounts, link targets), so the file is looked at anyway. */
    private static final long LOOK_MILLIS = 2000;

    /** An editor writes more than once; a file is read when it has been quiet for this long. */
    private static final long QUIET_MILLIS = 200;

    private static final int MAX_QUIET_WAITS = 10;

    private final Settings.RoutesSource source;
    private final boolean logged;
    private volatile Loaded loaded = new Loaded(new RouteIndex(List.of()), List.of(), false);
    private volatile boolean closed;

    // Guarded by this.
    private @Nullable Stamp stamp;
    private @Nullable String text;

    // Set before the watching thread starts.
    private @Nullable WatchService watcher;

    private record Loaded(RouteTable table, List<Problem> problems, boolean readable) {}

    /** What tells a changed file from the same one; {@code key} is its inode. */
    private record Stamp(
            long modifiedMillis, long size, @Nullable Object key) {}

    private WatchedRoutes(Settings.RoutesSource source, boolean logged) {
        this.source = source;
        this.logged = logged;
    }

    /** Reads the routes and watches their file. Lines of the command line replace the file, and never change. */
    public static WatchedRoutes open(Settings.RoutesSource source) {
        var routes = new WatchedRoutes(source, true);
        routes.load(true);
        if (source.lines().isEmpty() && source.file() != null) {
            routes.startWatching(source.file().toAbsolutePath());
        }
        return routes;
    }

    /** Reads the routes without watching them and without a word in the log, as {@code sluice check} does. */
    public static WatchedRoutes read(Settings.RoutesSource source) {
        var routes = new WatchedRoutes(source, false);
        routes.load(true);
        return routes;
    }

    @Override
    public RouteTable current() {
        return loaded.table();
    }

    /** Of the last reading. */
    public List<Problem> problems() {
        return loaded.problems();
    }

    /** Whether the last reading could read; while not, the routes of the one before are in force. */
    public boolean readable() {
        return loaded.readable();
    }

    /** Reads the file again now, as on SIGHUP. */
    public void reload() {
        LOG.info("routes-reload-asked");
        load(true);
    }

    /** Stops watching. The last routes stay in force. */
    @Override
    public void close() {
        closed = true;
        WatchService service = watcher;
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("routes-watcher-close-failed reason={}", e.toString());
            }
        }
    }

    /** @param always also when the text is what it was */
    private synchronized void load(boolean always) {
        if (!source.lines().isEmpty()) {
            use(RoutesFile.parseLines("--route", source.lines()));
            return;
        }
        Path file = source.file();
        if (file == null) {
            use(new RoutesFile.Parsed(List.of(), List.of()));
            return;
        }
        // Before reading: a change while reading must look like one afterwards.
        stamp = stampOf(file);
        String now;
        try {
            now = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            unreadable(file, e);
            return;
        }
        if (always || !now.equals(text)) {
            text = now;
            Path absolute = file.toAbsolutePath();
            Path base = Objects.requireNonNullElse(absolute.getParent(), absolute);
            use(RoutesFile.parse(file.toString(), base, now));
        }
    }

    private void use(RoutesFile.Parsed parsed) {
        loaded = new Loaded(parsed.table(), parsed.problems(), true);
        if (!logged) {
            return;
        }
        for (Problem problem : parsed.problems()) {
            if (problem.failsCheck()) {
                LOG.warn("routes-problem {}", problem);
            } else {
                LOG.info("routes-note {}", problem);
            }
        }
        LOG.info(
                "routes-loaded entries={} from={}",
                parsed.routes().size(),
                source.lines().isEmpty() ? source.file() : "--route");
    }

    private void unreadable(Path file, IOException e) {
        text = null;
        Problem problem = Problem.error(file.toString(), 0, "unable to open routes file: " + reason(e));
        if (logged) {
            LOG.warn("routes-unreadable kept={} {}", loaded.table().size(), problem);
        }
        loaded = new Loaded(loaded.table(), List.of(problem), false);
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException ? "no such file" : e.toString();
    }

    private static @Nullable Stamp stampOf(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    private synchronized boolean looksChanged(Path file) {
        return !Objects.equals(stamp, stampOf(file));
    }

    private void startWatching(Path file) {
        Path directory = file.getParent();
        if (directory == null) {
            return;
        }
        try {
            watcher = directory.getFileSystem().newWatchService();
        } catch (IOException e) {
            LOG.warn("routes-watch-failed file={} reason={}", file, e.toString());
        }
        var thread = new Thread(() -> watch(file, directory), "routes-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch(Path file, Path directory) {
        WatchKey key = null;
        try {
            while (!closed) {
                if (key == null || !key.isValid()) {
                    key = register(directory);
                }
                if (await(file, LOOK_MILLIS) || looksChanged(file)) {
                    for (int i = 0; i < MAX_QUIET_WAITS && await(file, QUIET_MILLIS); i++) {
                        LOG.trace("routes-file-busy file={}", file);
                    }
                    load(false);
                }
            }
        } catch (ClosedWatchServiceException e) {
            LOG.trace("routes-watch-closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable WatchKey register(Path directory) {
        WatchService service = watcher;
        try {
            return service == null ? null : directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
        } catch (IOException e) {
            return null; // the directory is not there; looking goes on, and so does trying
        }
    }

    /** Waits for an event; true when it was one of the file itself. */
    private boolean await(Path file, long millis) throws InterruptedException {
        WatchService service = watcher;
        if (service == null) {
            MILLISECONDS.sleep(millis);
            return false;
        }
        WatchKey key = service.poll(millis, MILLISECONDS);
        if (key == null) {
            return false;
        }
        boolean own = key.pollEvents().stream().anyMatch(event -> Objects.equals(event.context(), file.getFileName()));
        key.reset();
        return own;
    }
}
