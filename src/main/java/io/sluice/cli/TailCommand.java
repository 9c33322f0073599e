package io.sluice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tail",
        description = "Follows a stream and prints what arrives.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Server-sent events are printed as their data, one event after another; anything else as it comes."
        })
@SuppressWarnings("NullAway.Init") // picocli sets them
final class TailCommand implements Callable<Integer> {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final int SHOWN = 500;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "Such as http://localhost:7999/stream.")
    private String url;

    @Option(names = "--count", paramLabel = "N", description = "End after N events, or lines.")
    private long count;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "End after S seconds; before N came, that is a failure.")
    private double timeoutSeconds;

    private @Nullable StreamPrinter printer;

    @Option(names = "--lines", description = "Take the stream as lines, whatever its content type.")
    private boolean lines;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME: VALUE",
            description = "Request header, as Last-Event-ID.")
    private @Nullable List<String> headers;

    @Override
    public Integer call() throws InterruptedException {
        HttpRequest request = request();
        long endNanos = System.nanoTime() + (long) (timeoutSeconds * 1e9);
        var late = new AtomicBoolean();
        try {
            HttpResponse<InputStream> response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() / 100 != 2) {
                    return failed(url + " answered " + response.statusCode() + ": "
                            + new String(body.readNBytes(SHOWN), StandardCharsets.UTF_8).strip());
                }
                Timer timer = endAt(endNanos, body, late);
                printer = printer(response);
                boolean enough = printer.print(body);
                timer.cancel();
                return enough || (count == 0 && !late.get()) ? 0 : late.get() ? timedOut() : tooFew();
            }
        } catch (ConnectException e) {
            return failed("cannot reach " + url + ": nobody listens there");
        } catch (HttpTimeoutException e) {
            return timedOut();
        } catch (IOException e) {
            return late.get() ? timedOut() : failed(url + ": cut off: " + Commands.firstLine(e));
        }
    }

    private HttpRequest request() {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri()).header("Accept", "text/event-stream, */*;q=0.9");
            for (String header : headers == null ? List.<String>of() : headers) {
                int colon = header.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException("header must be 'NAME: VALUE', not '" + header + "'");
                }
                request.setHeader(
                        header.substring(0, colon).strip(),
                        header.substring(colon + 1).strip());
            }
            if (timeoutSeconds < 0 || count < 0) {
                throw new IllegalArgumentException("--timeout and --count must not be negative");
            }
            if (timeoutSeconds > 0) {
                request.timeout(Duration.ofMillis(Math.max(1, (long) (timeoutSeconds * 1000))));
            }
            return request.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Commands.firstLine(e), e);
        }
    }

    private URI uri() {
        String lower = url.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            throw new IllegalArgumentException(
                    "'" + url + "' is no http:// URL; following a channel by its name comes with a later version");
        }
        return URI.create(url);
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT)
                .build();
    }

    private StreamPrinter printer(HttpResponse<InputStream> response) {
        String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        return new StreamPrinter(System.out, !lines && type.startsWith("text/event-stream"), lines, count);
    }

    /** Closing the body from elsewhere is what ends a read that waits. */
    private Timer endAt(long endNanos, InputStream body, AtomicBoolean late) {
        var timer = new Timer("tail-timeout", true);
        if (timeoutSeconds > 0) {
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            late.set(true);
                            try {
                                body.close();
                            } catch (IOException e) {
                                spec.commandLine().getErr().println("sluice tail: " + Commands.firstLine(e));
                            }
                        }
                    },
                    Math.max(0, (endNanos - System.nanoTime()) / 1_000_000));
        }
        return timer;
    }

    /** Without a count, time is how a tail ends; with one, it came too early. */
    private int timedOut() {
        return count == 0 ? 0 : failed(came() + " of " + count + " came within " + seconds());
    }

    private long came() {
        return printer == null ? 0 : printer.printed();
    }

    private String seconds() {
        return BigDecimal.valueOf(timeoutSeconds).stripTrailingZeros().toPlainString() + " s";
    }

    private int tooFew() {
        return failed("the stream ended after " + came() + " of " + count);
    }

    private int failed(String reason) {
        System.out.flush();
        spec.commandLine().getErr().println("sluice tail: " + reason);
        return Commands.FAILED;
    }
}
