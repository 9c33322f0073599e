package io.sluice.grip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code Grip-Last: CHANNEL; last-id=ID}, by which an origin learns how far a session has come. Names and ids with separators
 * in them are quoted; plain ones are not, as every GRIP library reads them. Pure; any thread.
 */
public final class GripLast {
    public static final String NAME = "Grip-Last";

    private static final String LAST_ID = "last-id";

    private GripLast() {}

    /**
     * One line a channel, in the map's order.
     *
     * @param lastIds ids by unprefixed channel name; a channel without an id (empty) gets no line
     * @throws IllegalArgumentException for control characters, which no parser of this package lets in
     */
    public static Headers render(Map<String, String> lastIds) {
        if (lastIds.isEmpty()) {
            return Headers.EMPTY;
        }
        var lines = new ArrayList<Header>(lastIds.size());
        lastIds.forEach((channel, id) -> {
            if (!id.isEmpty()) {
                lines.add(new Header(NAME, line(channel, id)));
            }
        });
        return Headers.copyOf(lines);
    }

    /** Last ids by channel. Of elements without an id, or with broken quoting, there is nothing to say. */
    public static Map<String, String> parse(Headers headers) {
        var lastIds = new LinkedHashMap<String, String>();
        for (String text : HeaderElement.split(headers.all(NAME))) {
            HeaderElement element = HeaderElement.parseQuotable(text);
            String id = element == null ? null : element.parameter(LAST_ID);
            if (element != null && id != null && !id.isEmpty()) {
                lastIds.put(HeaderText.decode(element.value()), HeaderText.decode(id));
            }
        }
        return lastIds;
    }

    private static String line(String channel, String id) {
        if (HeaderText.hasControls(channel) || HeaderText.hasControls(id)) {
            throw new IllegalArgumentException("control character in a channel name or id");
        }
        return HeaderText.encode(HeaderElement.quoted(channel) + "; " + LAST_ID + "=" + HeaderElement.quoted(id));
    }
}
