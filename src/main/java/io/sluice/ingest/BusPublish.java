package io.sluice.ingest;

import io.sluice.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public bus address {@code sluice.publish}: one item, or {@code {"items": […]}}, as a JSON object, its text, or its
 * bytes. Replies with the receipt; fails the message with the status and the text that the control API would answer.
 */
final class BusPublish {
    private static final Logger LOG = LoggerFactory.getLogger(BusPublish.class);

    private final PublishIntake intake;

    BusPublish(PublishIntake intake) {
        this.intake = intake;
    }

    Future<Void> register(Vertx vertx) {
        return vertx.eventBus().consumer(Addresses.PUBLISH, this::take).completion();
    }

    private void take(Message<Object> message) {
        JsonObject call;
        try {
            call = object(message.body());
        } catch (Refusal refusal) {
            refuse(message, refusal);
            return;
        }
        intake.publishOneOrList(call)
                .onSuccess(receipt -> {
                    LOG.debug("bus-publish code=200 items={}", receipt.size());
                    message.reply(receipt.json());
                })
                .onFailure(failure -> refuse(message, failure));
    }

    private static void refuse(Message<Object> message, Throwable failure) {
        if (failure instanceof Refusal refusal) {
            LOG.debug("bus-publish code={} reason={}", refusal.status(), refusal.text());
            message.fail(refusal.status(), refusal.text());
        } else {
            LOG.error("bus-publish-failed", failure);
            message.fail(500, "Internal Server Error");
        }
    }

    private static JsonObject object(@Nullable Object body) throws Refusal {
        Object json = body;
        try {
            if (body instanceof Buffer buffer) {
                json = Json.decodeValue(buffer);
            } else if (body instanceof String text) {
                json = Json.decodeValue(text);
            }
        } catch (DecodeException notJson) {
            throw Refusal.of(400, "Body is not valid JSON.");
        }
        if (json instanceof JsonObject object) {
            return object;
        }
        throw Refusal.of(400, "Invalid format.");
    }
}
