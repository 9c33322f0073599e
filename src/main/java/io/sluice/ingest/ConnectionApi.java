package io.sluice.ingest;

import io.sluice.bus.ConnectionCommands;
import io.sluice.grip.GripException;
import io.sluice.grip.PublishItems;
import io.sluice.grip.SocketClose;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of the control API about single connections (GRIP, command socket: conncheck and refresh; close is an extension), wherever in the
 * cluster they are. Belongs to one context; its futures complete there, and fail with a {@link Refusal} only.
 */
final class ConnectionApi {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionApi.class);
    private static final String CID = "cid";
    private static final int MAX_IDS = 10_000;

    private final Context context;
    private final ConnectionCommands commands;

    ConnectionApi(Context context, ConnectionCommands commands) {
        this.context = context;
        this.commands = commands;
    }

    /** {@code {"ids": […]}}: those of them that are connected. */
    Future<JsonObject> check(Buffer body) {
        List<String> ids = new ArrayList<>();
        try {
            if (!(object(body).getValue("ids") instanceof JsonArray given) || given.size() > MAX_IDS) {
                throw Refusal.of(400, "Invalid format: object does not contain 'ids', a list of at most " + MAX_IDS);
            }
            for (Object id : given) {
                if (!(id instanceof String text)) {
                    throw Refusal.of(400, "Invalid format: 'ids' contains element with wrong type");
                }
                ids.add(text);
            }
        } catch (Refusal refusal) {
            return Future.failedFuture(refusal);
        }
        return here(commands.check(ids))
                .map(open -> new JsonObject()
                        .put("message", open.size() + " connected")
                        .put(
                                "connected",
                                new JsonArray(ids.stream()
                                        .distinct()
                                        .filter(open::contains)
                                        .toList())));
    }

    /** {@code {"cid": …}} or {@code {"channel": …}}: asks the origin of that connection, or of all on that channel, at once. */
    Future<JsonObject> refresh(Buffer body) {
        String id;
        String channel;
        try {
            JsonObject call = object(body);
            id = text(call, CID);
            channel = text(call, "channel");
            if ((id == null) == (channel == null)) {
                throw Refusal.of(400, "Invalid format: object contains not exactly one of 'cid' and 'channel'");
            }
            if (channel != null) {
                PublishItems.checkChannel(channel);
            }
        } catch (GripException bad) {
            return Future.failedFuture(Refusal.of(400, "Invalid format: " + bad.text()));
        } catch (Refusal refusal) {
            return Future.failedFuture(refusal);
        }
        JsonObject done = new JsonObject().put("message", "Refreshed");
        if (channel != null) {
            commands.refreshChannel(channel);
            return Future.succeededFuture(done);
        }
        String connection = String.valueOf(id);
        return here(commands.refresh(List.of(connection))).compose(reached -> found(connection, reached, done));
    }

    /** {@code {"cid": …, "code": …, "reason": …}}: closes the connection. */
    Future<JsonObject> close(Buffer body) {
        String id;
        SocketClose close;
        try {
            JsonObject call = object(body);
            id = text(call, CID);
            if (id == null) {
                throw Refusal.of(400, "Invalid format: object does not contain 'cid'");
            }
            close = close(call);
        } catch (Refusal refusal) {
            return Future.failedFuture(refusal);
        }
        String connection = id;
        JsonObject done = new JsonObject().put("message", "Closed");
        return here(commands.close(List.of(id), close)).compose(reached -> found(connection, reached, done));
    }

    private static SocketClose close(JsonObject call) throws Refusal {
        Object code = call.getValue("code");
        String reason = text(call, "reason");
        if (code == null) {
            return SocketClose.PLAIN;
        }
        if (!(code instanceof Integer number) || !SocketClose.mayBeSent(number)) {
            throw Refusal.of(400, "Invalid format: object contains 'code' with invalid value");
        }
        return SocketClose.of(number, reason == null ? "" : reason);
    }

    private static Future<JsonObject> found(String id, Set<String> reached, JsonObject done) {
        return reached.contains(id)
                ? Future.succeededFuture(done)
                : Future.failedFuture(Refusal.of(404, "No such connection."));
    }

    private static JsonObject object(Buffer body) throws Refusal {
        try {
            if (Json.decodeValue(body) instanceof JsonObject object) {
                return object;
            }
        } catch (DecodeException notJson) {
            throw Refusal.of(400, "Body is not valid JSON.");
        }
        throw Refusal.of(400, "Invalid format.");
    }

    private static @Nullable String text(JsonObject call, String field) throws Refusal {
        Object value = call.getValue(field);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw Refusal.of(400, "Invalid format: object contains '" + field + "' with wrong type");
    }

    private Future<Set<String>> here(Future<Set<String>> answer) {
        Promise<Set<String>> promise = Promise.promise();
        answer.onComplete(result -> context.runOnContext(turn -> {
            if (result.succeeded()) {
                promise.complete(result.result());
            } else {
                LOG.warn("connection-command-failed reason={}", result.cause().getMessage());
                promise.fail(Refusal.of(503, "Some nodes do not answer at the moment."));
            }
        }));
        return promise.future();
    }
}
