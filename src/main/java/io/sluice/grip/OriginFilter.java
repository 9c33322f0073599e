package io.sluice.grip;

import io.sluice.grip.FilterOutcome.OriginAnswer;
import io.sluice.grip.FilterOutcome.OriginQuestion;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code http-check} and {@code http-modify} ask origins, and how they read the answers. */
final class OriginFilter {
    private static final byte[] NOTHING = {};

    private OriginFilter() {}

    static OriginQuestion question(MessageFilter filter, FilterContext context, byte[] content) throws GripException {
        String url = context.subscriptionMeta().get("url");
        if (url == null || url.isEmpty()) {
            throw new GripException("missing url value");
        }
        String link = Links.normalize(url);
        if (link == null) {
            throw new GripException("invalid url value");
        }
        var headers = new ArrayList<Header>();
        headers.add(new Header("Sub-Meta", json(context.subscriptionMeta())));
        headers.add(new Header("Pub-Meta", json(context.publishMeta())));
        headers.addAll(GripLast.render(context.positions()).lines());
        byte[] body = filter == MessageFilter.HTTP_MODIFY ? content : NOTHING;
        return new OriginQuestion(filter.label, link, Headers.copyOf(headers), body);
    }

    /** The content to go on with; null to drop the item. */
    static byte @Nullable [] content(MessageFilter filter, OriginAnswer answer, byte[] content) throws GripException {
        if (answer.error() != null) {
            String error = answer.error();
            throw new GripException(error.startsWith("network ") ? error : "network request failed: " + error);
        }
        if (answer.status() != 200 && answer.status() != 204) {
            throw new GripException("unexpected network request status: code=" + answer.status());
        }
        if ("drop".equals(answer.headers().first("Action"))) {
            return null;
        }
        return filter == MessageFilter.HTTP_MODIFY && answer.status() == 200 ? answer.body() : content;
    }

    private static String json(Map<String, String> meta) {
        var json = new JsonObject();
        meta.forEach(json::put);
        // The one control character that JSON leaves as it is.
        return HeaderText.encode(json.encode().replace("\u007f", "\\u007f"));
    }
}
