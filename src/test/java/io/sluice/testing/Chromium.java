package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A page in Debian's Chromium, without a screen, driven over its DevTools protocol. One test's thread. */
public final class Chromium implements AutoCloseable {
    private static final long SECONDS = 30;

    private final Browser browser;
    private final WebSocket devTools;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Chromium(Browser browser, String address) throws Exception {
        this.browser = browser;
        HttpClient http = HttpClient.newHttpClient();
        HttpResponse<String> pages = http.send(
                HttpRequest.newBuilder(URI.create("http://" + address + "/json/list"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String page = new JsonArray(pages.body())
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(target -> "page".equals(target.getString("type")))
                        .findFirst()
                        .orElseThrow()
                        .getString("webSocketDebuggerUrl");
        devTools = http.newWebSocketBuilder()
                .buildAsync(URI.create(page), new Answers())
                .get(SECONDS, TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log")) {
            ask(domain + ".enable", new JsonObject());
        }
    }

    /**
     * Skips the test where there is no Chromium; on CI there is one.
     *
     * @param directory for its profile and what it says
     */
    public static Chromium start(Path directory) throws Exception {
        Browser.assumeInstalled();
        Browser browser = Browser.open(directory, "about:blank");
        // Where it tells which port it took, and then an id.
        Path told = directory.resolve("profile/DevToolsActivePort");
        await().atMost(SECONDS, TimeUnit.SECONDS)
                .until(() -> Files.exists(told) && Files.readAllLines(told).size() > 1);
        return new Chromium(browser, "127.0.0.1:" + Files.readAllLines(told).get(0));
    }

    /** Goes there; does not wait for what the page does then. */
    public void open(String url) {
        ask("Page.navigate", new JsonObject().put("url", url));
    }

    /** The value of an expression, awaited if it is a promise. */
    public @Nullable Object evaluate(String expression) {
        JsonObject answer = ask(
                "Runtime.evaluate",
                new JsonObject()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        assertThat(answer.getJsonObject("exceptionDetails")).as(expression).isNull();
        return answer.getJsonObject("result").getValue("value");
    }

    public void size(int width, int height) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    public void dark(boolean dark) {
        ask(
                "Emulation.setEmulatedMedia",
                new JsonObject()
                        .put(
                                "features",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("name", "prefers-color-scheme")
                                                .put("value", dark ? "dark" : "light"))));
    }

    /** The whole page as PNG. */
    public byte[] screenshot() {
        JsonObject answer = ask("Page.captureScreenshot", new JsonObject().put("captureBeyondViewport", true));
        return Base64.getDecoder().decode(answer.getString("data"));
    }

    /** Exceptions, refusals of the content policy, and whatever else the console shows in red. */
    public List<String> complaints() {
        return complaints;
    }

    private JsonObject ask(String method, JsonObject parameters) {
        int id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonObject>();
        asked.put(id, answer);
        devTools.sendText(
                        new JsonObject()
                                .put("id", id)
                                .put("method", method)
                                .put("params", parameters)
                                .encode(),
                        true)
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .join();
        return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(new JsonObject(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void take(JsonObject message) {
            Integer id = message.getInteger("id");
            CompletableFuture<JsonObject> answer = id == null ? null : asked.remove(id);
            if (answer != null) {
                JsonObject result = message.getJsonObject("result");
                if (result == null) {
                    answer.completeExceptionally(new IllegalStateException(message.encode()));
                } else {
                    answer.complete(result);
                }
                return;
            }
            String method = message.getString("method", "");
            JsonObject told = message.getJsonObject("params", new JsonObject());
            if (method.equals("Runtime.exceptionThrown")) {
                complaints.add(told.getJsonObject("exceptionDetails").encode());
            } else if (method.equals("Log.entryAdded")
                    && "error".equals(told.getJsonObject("entry").getString("level"))) {
                complaints.add(told.getJsonObject("entry").encode());
            }
        }
    }

    @Override
    public void close() {
        devTools.abort();
        browser.close();
    }
}
