package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.netty.Sink;
import io.sluice.origin.ClientUri;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's request. */
final class FakeExchange implements Exchange {
    private final String id;
    private final Route route;
    private final Target target;
    private final ClientUri uri;
    final FakeSink sink = new FakeSink();
    final List<Headers> retries = new ArrayList<>();
    boolean debug;

    @Nullable
    GripResponse response;

    @Nullable
    String failure;

    @Nullable
    String head;

    private Runnable onGone = () -> {};
    private Runnable answered = () -> {};
    private Runnable onClosing = () -> {};
    private Consumer<Displacement> onDisplaced = displacement -> {};

    FakeExchange(String id, Route route, String path) {
        this.id = id;
        this.route = route;
        this.target = route.targets().get(0);
        this.uri = new ClientUri("http", "client.example", path);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public @Nullable String clientId() {
        return null;
    }

    @Override
    public ClientTraits traits() {
        return ClientTraits.UNKNOWN;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public ClientUri uri() {
        return uri;
    }

    @Override
    public String peer() {
        return "192.0.2.7";
    }

    @Override
    public boolean debug() {
        return debug;
    }

    @Override
    public boolean retried() {
        return !retries.isEmpty();
    }

    @Override
    public void respond(GripResponse answer) {
        unanswered();
        response = answer;
    }

    @Override
    public Sink stream(int status, String reason, Headers headers, byte[] begin) {
        unanswered();
        sink.write(begin);
        head = status + " " + reason + " " + headers;
        return sink;
    }

    @Override
    public void fail(String message) {
        unanswered();
        failure = message;
    }

    @Override
    public void onGone(Runnable handler) {
        onGone = handler;
    }

    @Override
    public void onClosing(Runnable handler) {
        onClosing = handler;
    }

    @Override
    public void onDisplaced(Consumer<Displacement> handler) {
        onDisplaced = handler;
    }

    void displaced(ClaimLoss loss, String farewell) {
        onDisplaced.accept(new Displacement(loss, farewell.getBytes(UTF_8)));
    }

    void nodeCloses() {
        onClosing.run();
    }

    @Override
    public void retry(Headers lastIds, Runnable answeredElsewhere) {
        unanswered();
        retries.add(lastIds);
        answered = answeredElsewhere;
    }

    /** The retried request got a plain response. */
    void answeredElsewhere() {
        answered.run();
    }

    void clientGoes() {
        onGone.run();
    }

    String body() {
        return response == null ? "(none)" : new String(response.body(), UTF_8);
    }

    private void unanswered() {
        if (response != null || failure != null || head != null) {
            throw new AssertionError("answered twice");
        }
    }
}
