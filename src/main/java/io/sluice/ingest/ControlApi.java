package io.sluice.ingest;

import io.sluice.bus.Addresses;
import io.sluice.bus.Control;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control HTTP API (GRIP, publishing over HTTP): {@code /publish}, {@code /recover}, the calls about single connections, and {@code /}
 * for who asks whether somebody is there.
 * One for each event loop.
 */
final class ControlApi {
    private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);

    private static final String FORMAT = "format";
    private static final int NO_ITEMS = -1;
    private static final String PUBLISH = "/publish";
    private static final String NOT_ACCEPTABLE =
            "Not Acceptable. Supported formats are text/plain and application/json.";
    private static final JsonObject GREETING = new JsonObject().put("message", "Sluice API");
    private static final JsonObject UPDATED = new JsonObject().put("message", "Updated");

    private final Vertx vertx;
    private final PublishIntake intake;
    private final ConnectionApi connections;
    private final int maxBodyBytes;
    private final ControlGate gate;

    ControlApi(Vertx vertx, PublishIntake intake, ConnectionApi connections, ControlGate gate, int maxBodyBytes) {
        this.vertx = vertx;
        this.intake = intake;
        this.connections = connections;
        this.gate = gate;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Publishing comes often, and goes past the router. */
    Handler<HttpServerRequest> requests() {
        Router others = router();
        return request -> {
            Refusal refusal = "/".equals(request.path()) ? null : gate.authorize(request);
            if (refusal != null) {
                refuse(request, refusal);
            } else if (request.method().equals(HttpMethod.POST) && isPublish(request.path())) {
                publish(request);
            } else {
                others.handle(request);
            }
        };
    }

    private static boolean isPublish(@Nullable String path) {
        return path != null && (path.equals(PUBLISH) || path.equals(PUBLISH + "/"));
    }

    private void publish(HttpServerRequest request) {
        Refusal excess = gate.admitPublish(request);
        if (excess != null) {
            refuse(request, excess);
            return;
        }
        ReplyFormat format = ReplyFormat.choose(joined(request.headers().getAll(HttpHeaders.ACCEPT)));
        if (format == null) {
            refuse(request, Refusal.of(406, NOT_ACCEPTABLE));
            return;
        }
        BodyReader.read(request, maxBodyBytes).compose(intake::publishList).onComplete(result -> {
            if (result.failed()) {
                fail(request, result.cause());
                return;
            }
            Receipt receipt = result.result();
            log(request, 200, receipt.size());
            ControlReplies.line(
                    request, format, format == ReplyFormat.JSON ? receipt.json().encode() : Receipt.MESSAGE);
        });
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route().handler(ControlApi::negotiate);
        router.route("/").handler(this::greet);
        // In another spelling; negotiated there, too.
        router.post(PUBLISH).handler(context -> publish(context.request()));
        router.post("/recover").handler(this::recover);
        connection(router, "/conncheck", connections::check);
        connection(router, "/refresh", connections::refresh);
        connection(router, "/close", connections::close);
        router.route("/publish").handler(ControlApi::refuseMethod);
        router.route("/recover").handler(ControlApi::refuseMethod);
        router.route().handler(context -> refuse(context, Refusal.of(404, "Not Found")));
        router.route().failureHandler(ControlApi::fail);
        return router;
    }

    private void connection(Router router, String path, Function<Buffer, Future<JsonObject>> call) {
        router.post(path)
                .handler(context -> BodyReader.read(context.request(), maxBodyBytes)
                        .compose(call)
                        .onSuccess(answer -> reply(context, answer, NO_ITEMS))
                        .onFailure(context::fail));
        router.route(path).handler(ControlApi::refuseMethod);
    }

    /** What can't be answered is refused before anything is done. */
    private static void negotiate(RoutingContext context) {
        ReplyFormat format =
                ReplyFormat.choose(joined(context.request().headers().getAll(HttpHeaders.ACCEPT)));
        if (format == null) {
            refuse(context, Refusal.of(406, NOT_ACCEPTABLE));
            return;
        }
        context.put(FORMAT, format);
        context.next();
    }

    private static @Nullable String joined(List<String> lines) {
        return lines.isEmpty() ? null : String.join(",", lines);
    }

    private void greet(RoutingContext context) {
        reply(context, GREETING, NO_ITEMS);
    }

    private void recover(RoutingContext context) {
        // The body says nothing, but it must be read before the connection can go on.
        BodyReader.read(context.request(), maxBodyBytes)
                .onSuccess(body -> {
                    vertx.eventBus().publish(Addresses.BROADCAST, new Control.Recover());
                    reply(context, UPDATED, NO_ITEMS);
                })
                .onFailure(context::fail);
    }

    private static void refuseMethod(RoutingContext context) {
        HttpMethod method = context.request().method();
        context.response().putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name());
        refuse(context, Refusal.of(405, "Method not allowed: " + method + "."));
    }

    private static void fail(RoutingContext context) {
        fail(context.request(), context.failure());
    }

    private static void fail(HttpServerRequest request, @Nullable Throwable failure) {
        if (failure instanceof Refusal refusal) {
            refuse(request, refusal);
            return;
        }
        LOG.error("control-failed path={}", request.path(), failure);
        refuse(request, Refusal.andClose(500, "Internal Server Error"));
    }

    private static void refuse(RoutingContext context, Refusal refusal) {
        refuse(context.request(), refusal);
    }

    private static void refuse(HttpServerRequest request, Refusal refusal) {
        log(request, refusal.status(), NO_ITEMS);
        ControlReplies.refuse(request, refusal);
    }

    private static void reply(RoutingContext context, JsonObject whole, int items) {
        log(context.request(), 200, items);
        ReplyFormat format = context.get(FORMAT);
        ControlReplies.reply(context.request(), format, whole);
    }

    private static void log(HttpServerRequest request, int code, int items) {
        if (items == NO_ITEMS) {
            LOG.debug("control method={} path={} code={}", request.method(), request.path(), code);
        } else {
            LOG.debug("control method={} path={} code={} items={}", request.method(), request.path(), code, items);
        }
    }
}
