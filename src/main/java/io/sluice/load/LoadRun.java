package io.sluice.load;

import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.grip.PublishItems;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** One run: opens the streams, publishes, waits for what is on its way. On one event loop, from {@link #start()} on. */
public final class LoadRun {
    private static final int OPENING = 64;
    /** One call after the other: servers promise no order between calls under way together. */
    private static final int ITEMS_PER_CALL = 500;

    private static final long TICK_MILLIS = 5;
    /** Other servers send a stream's head a little before it is subscribed. */
    private static final long SETTLE_MILLIS = 300;
    /** Nothing more is on its way if nothing came for so long. */
    private static final long SILENCE_MILLIS = 3_000;

    private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final Vertx vertx;
    private final LoadPlan plan;
    private final Consumer<String> progress;
    private final long silenceMillis;
    private final String run = "bench-" + Long.toString(System.nanoTime() & Long.MAX_VALUE, Character.MAX_RADIX);
    private final HttpClient subscribers;
    private final HttpClient publisher;
    private final Promise<LoadResult> done = Promise.promise();
    private final List<LoadStream> streams = new ArrayList<>();
    /** Accepted messages of each channel. */
    private final long[] accepted;

    private final Histogram latencies = new Histogram(MAX_MICROS, 3);

    private int opening;
    private int open;
    private long cut;
    private long offered;
    private long published;
    private long refused;
    private long deliveries;
    /** Deliveries of what was accepted. */
    private long expected;

    private long shown;
    private int calls;
    private long startedNanos;
    private long openNanos;
    private long firstNanos;
    private long lastPublishedNanos;
    private long lastDeliveryNanos;
    private boolean over;

    /** @param progress gets a line each second */
    public LoadRun(Vertx vertx, LoadPlan plan, Consumer<String> progress) {
        this(vertx, plan, progress, SILENCE_MILLIS);
    }

    LoadRun(Vertx vertx, LoadPlan plan, Consumer<String> progress, long silenceMillis) {
        this.silenceMillis = silenceMillis;
        this.vertx = vertx;
        this.plan = plan;
        this.progress = progress;
        this.accepted = new long[plan.channels()];
        subscribers =
                vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(plan.streams()));
        publisher = vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(1));
    }

    /** Any thread; once. Fails when a stream can't be opened. */
    public Future<LoadResult> start() {
        vertx.getOrCreateContext().runOnContext(begin -> {
            startedNanos = System.nanoTime();
            vertx.setPeriodic(1_000, timer -> {
                if (over) {
                    vertx.cancelTimer(timer);
                } else {
                    progress.accept(progressLine());
                }
            });
            for (int i = 0; i < Math.min(OPENING, plan.streams()); i++) {
                openOne();
            }
        });
        return done.future();
    }

    private void openOne() {
        if (over || opening >= plan.streams()) {
            return;
        }
        int number = opening++;
        var stream = new LoadStream(run, this::arrived);
        streams.add(stream);
        String url = plan.streamUrl().replace(LoadPlan.PLACE, channel(number % plan.channels()));
        subscribers
                .request(new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(url))
                .compose(request ->
                        request.putHeader("Accept", "text/event-stream").send())
                .onSuccess(response -> {
                    if (response.statusCode() != 200) {
                        fail(url + " answered " + response.statusCode());
                        return;
                    }
                    response.handler(stream::take);
                    response.endHandler(end -> cut());
                    response.exceptionHandler(failure -> cut());
                    opened();
                })
                .onFailure(failure -> fail("no stream from " + url + ": " + failure.getMessage()));
    }

    private void opened() {
        open++;
        if (open < plan.streams()) {
            openOne();
            return;
        }
        openNanos = System.nanoTime();
        vertx.setTimer(SETTLE_MILLIS, settled -> {
            firstNanos = System.nanoTime();
            lastDeliveryNanos = firstNanos;
            vertx.setPeriodic(TICK_MILLIS, this::tick);
        });
    }

    private void cut() {
        if (!over) {
            cut++;
        }
    }

    private void fail(String reason) {
        if (!over) {
            over = true;
            done.tryFail(new IllegalStateException(reason));
        }
    }

    private void tick(long timer) {
        long now = System.nanoTime();
        if (over) {
            vertx.cancelTimer(timer);
        } else if (now - firstNanos < plan.seconds() * 1e9) {
            offer(now);
        } else if (calls == 0
                && (deliveries >= expected
                        || now - Math.max(lastDeliveryNanos, lastPublishedNanos)
                                > TimeUnit.MILLISECONDS.toNanos(silenceMillis))) {
            over = true;
            vertx.cancelTimer(timer);
            done.tryComplete(result());
        }
    }

    private void offer(long now) {
        long due = plan.rate() == 0
                ? (calls == 0 && deliveries >= expected ? 1 : 0)
                : (long) ((now - firstNanos) / 1e9 * plan.rate()) + 1 - offered;
        if (due > 0 && calls == 0) {
            publish((int) Math.min(due, ITEMS_PER_CALL), now);
        }
    }

    private void publish(int count, long now) {
        var items = new JsonArray();
        var channels = new int[count];
        for (int i = 0; i < count; i++) {
            channels[i] = (int) (offered % plan.channels());
            items.add(item(channels[i], offered, now));
            offered++;
        }
        calls++;
        publisher
                .request(new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(plan.publishUrl()))
                .compose(request -> request.putHeader("Content-Type", "application/json")
                        .send(new JsonObject().put("items", items).toBuffer()))
                .compose(response -> response.body().map(body -> response.statusCode()))
                .onComplete((status, failure) -> {
                    calls--;
                    lastPublishedNanos = System.nanoTime();
                    if (failure == null && status / 100 == 2) {
                        published += count;
                        for (int channel : channels) {
                            accepted[channel]++;
                            expected += streamsOf(channel);
                        }
                    } else {
                        refused += count;
                    }
                    if (plan.rate() == 0 && !over) {
                        closeLoop();
                    }
                });
    }

    private JsonObject item(int channel, long number, long now) {
        byte[] content = LoadStream.event(run, number, now, plan.size()).getBytes(StandardCharsets.US_ASCII);
        return PublishItems.toJson(new PublishItem(
                channel(channel),
                null,
                null,
                false,
                -1,
                Map.of(),
                null,
                new Format.HttpStream(Action.SEND, content, null),
                null));
    }

    private String channel(int number) {
        return run + "-" + number;
    }

    private void arrived(long sentNanos) {
        lastDeliveryNanos = System.nanoTime();
        deliveries++;
        latencies.recordValue(
                Math.min(MAX_MICROS, TimeUnit.NANOSECONDS.toMicros(Math.max(0, lastDeliveryNanos - sentNanos))));
        if (plan.rate() == 0) {
            closeLoop();
        }
    }

    /** The next message, once all have the last. */
    private void closeLoop() {
        long now = System.nanoTime();
        if (!over && calls == 0 && deliveries >= expected && now - firstNanos < plan.seconds() * 1e9) {
            publish(1, now);
        }
    }

    private int streamsOf(int channel) {
        return plan.streams() / plan.channels() + (channel < plan.streams() % plan.channels() ? 1 : 0);
    }

    private LoadResult result() {
        long lost = 0;
        long duplicates = 0;
        for (int i = 0; i < streams.size(); i++) {
            lost += Math.max(0, accepted[i % plan.channels()] - streams.get(i).received());
            duplicates += streams.get(i).duplicates();
        }
        return new LoadResult(
                plan,
                millis(openNanos - startedNanos),
                millis(lastPublishedNanos - firstNanos),
                millis(Math.max(lastDeliveryNanos, lastPublishedNanos) - firstNanos),
                published,
                refused,
                deliveries,
                lost,
                duplicates,
                cut,
                latencies);
    }

    private String progressLine() {
        if (openNanos == 0) {
            return String.format(Locale.ROOT, "%,d of %,d streams open", open, plan.streams());
        }
        long more = deliveries - shown;
        shown = deliveries;
        return String.format(
                Locale.ROOT,
                "%,d published, %,d deliveries, %,d/s, p50 %.2f ms, p99 %.2f ms",
                published,
                deliveries,
                more,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3);
    }

    private static long millis(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
