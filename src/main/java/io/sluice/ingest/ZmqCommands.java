package io.sluice.ingest;

import io.sluice.bus.Addresses;
import io.sluice.bus.ConnectionCommands;
import io.sluice.bus.Control;
import io.sluice.config.Settings;
import io.sluice.grip.GripException;
import io.sluice.grip.PublishItems;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The methods of the command socket (GRIP, ZeroMQ). Belongs to one context. Futures fail with {@link Failed} for what the asker did wrong.
 */
final class ZmqCommands {
    private static final String BAD_REQUEST = "bad-request";
    private static final int MAX_IDS = 10_000;

    /** An answer that says no. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String condition;
        private final @Nullable String text;

        Failed(String condition, @Nullable String text) {
            super(text == null ? condition : condition + ": " + text, null, false, false);
            this.condition = condition;
            this.text = text;
        }

        String condition() {
            return condition;
        }

        /** More on it; null where there is none. */
        @Nullable
        String text() {
            return text;
        }
    }

    private final Context context;
    private final Settings.Zmq settings;
    private final PublishIntake intake;
    private final ConnectionCommands connections;

    ZmqCommands(Context context, Settings.Zmq settings, PublishIntake intake, ConnectionCommands connections) {
        this.context = context;
        this.settings = settings;
        this.intake = intake;
        this.connections = connections;
    }

    /** On the context. The value is of what {@code Tnetstring} can write. */
    Future<? extends @Nullable Object> run(String method, JsonObject arguments) {
        return switch (method) {
            case "get-zmq-uris" -> Future.succeededFuture(uris());
            case "conncheck" -> check(arguments);
            case "recover" -> {
                context.owner().eventBus().publish(Addresses.BROADCAST, new Control.Recover());
                yield Future.succeededFuture();
            }
            case "refresh" -> refresh(arguments);
            case "publish" ->
                intake.publishList(arguments).recover(ZmqCommands::refused).mapEmpty();
            default -> failed("method-not-found", null);
        };
    }

    /** As they are configured: what they mean from elsewhere is for the asker to know. */
    private JsonObject uris() {
        var uris = new JsonObject();
        first(uris, "command", settings.command());
        first(uris, "publish-pull", settings.pull());
        if (!settings.subConnect()) {
            first(uris, "publish-sub", settings.sub());
        }
        return uris;
    }

    private static void first(JsonObject uris, String name, List<String> specs) {
        if (!specs.isEmpty()) {
            uris.put(name, specs.get(0));
        }
    }

    private Future<List<String>> check(JsonObject arguments) {
        var ids = new ArrayList<String>();
        if (!(arguments.getValue("ids") instanceof JsonArray given) || given.size() > MAX_IDS) {
            return failed(BAD_REQUEST, "'ids' must be a list of at most " + MAX_IDS);
        }
        for (Object id : given) {
            if (!(id instanceof String text)) {
                return failed(BAD_REQUEST, "'ids' contains element with wrong type");
            }
            ids.add(text);
        }
        return connections
                .check(ids)
                .map(open -> ids.stream().distinct().filter(open::contains).toList());
    }

    private Future<?> refresh(JsonObject arguments) {
        if (arguments.getValue("cid") instanceof String id) {
            return connections.refresh(List.of(id)).compose(reached -> reached(id, reached));
        }
        if (arguments.getValue("channel") instanceof String channel) {
            try {
                PublishItems.checkChannel(channel);
            } catch (GripException bad) {
                return failed(BAD_REQUEST, bad.text());
            }
            connections.refreshChannel(channel);
            return Future.succeededFuture();
        }
        return failed(BAD_REQUEST, "there must be 'cid' or 'channel'");
    }

    private static Future<Void> reached(String id, Set<String> reached) {
        return reached.contains(id) ? Future.succeededFuture() : failed("item-not-found", null);
    }

    private static <T> Future<T> refused(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.status() == 400
                ? failed(BAD_REQUEST, refusal.text())
                : Future.failedFuture(failure);
    }

    private static <T> Future<T> failed(String condition, @Nullable String text) {
        return Future.failedFuture(new Failed(condition, text));
    }
}
