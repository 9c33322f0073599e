package io.sluice.observe;

import io.sluice.bus.Addresses;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /api/publish}, for the page: one item or {@code {"items": […]}}, as on the control port, answered with the receipt. Needs the
 * token.
 */
final class PublishApi {
    private static final Logger LOG = LoggerFactory.getLogger(PublishApi.class);
    private static final String PATH = "/api/publish";
    private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

    private final Vertx vertx;
    private final OpsToken token;
    private final int maxBytes;

    PublishApi(Vertx vertx, OpsToken token, int maxBytes) {
        this.vertx = vertx;
        this.token = token;
        this.maxBytes = maxBytes;
    }

    void addTo(Router router) {
        router.route(PATH).method(HttpMethod.POST).handler(context -> {
            if (token.admits(context)) {
                context.next();
            }
        });
        router.route(PATH)
                .method(HttpMethod.POST)
                .handler(BodyHandler.create(false).setBodyLimit(maxBytes));
        router.route(PATH).method(HttpMethod.POST).handler(this::publish);
        router.route(PATH).handler(context -> OpsReplies.notAllowed(context, "POST"));
    }

    private void publish(RoutingContext context) {
        Buffer body = context.body().buffer();
        JsonObject call;
        try {
            call = new JsonObject(body == null ? Buffer.buffer() : body);
        } catch (DecodeException e) {
            OpsReplies.text(context, 400, "The body must be a JSON object.\n");
            return;
        }
        LOG.info("publish-asked by=page peer={}", context.request().remoteAddress());
        vertx.eventBus()
                .<JsonObject>request(Addresses.PUBLISH, call, HERE)
                .onSuccess(receipt -> OpsReplies.json(context, 200, receipt.body()))
                .onFailure(failure -> {
                    int code = failure instanceof ReplyException refused && refused.failureCode() == 400 ? 400 : 503;
                    OpsReplies.text(context, code, failure.getMessage() + "\n");
                });
    }
}
