package io.sluice.grip;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the {@code Grip-*} headers of a response into a draft. */
final class InstructionHeaders {
    private static final int DEFAULT_LINK_TIMEOUT_SECONDS = 120;

    private InstructionHeaders() {}

    static void read(Headers headers, InstructionDraft draft) throws GripException {
        hold(headers, draft);
        channels(headers, draft);
        timeout(headers, draft);
        String keepAlive = headers.first("Grip-Keep-Alive");
        if (keepAlive != null) {
            draft.keepAlive = KeepAliveHeader.parse(keepAlive);
        }
        // Of "a=b; c=d" only a is set, as in Pushpin: pairs are separated by commas.
        for (var pair : HeaderElement.parsePairs(headers.all("Grip-Set-Meta"))) {
            draft.meta(HeaderText.decode(pair.name()), HeaderText.decode(pair.value()));
        }
        status(headers, draft);
        links(headers, draft);
        expose(headers, draft);
    }

    /** A decimal integer in ASCII, blanks around it allowed. */
    static int integer(String text, String error) throws GripException {
        String digits = text.strip();
        if (!digits.matches("[+-]?[0-9]{1,18}")) {
            throw new GripException(error);
        }
        long value = Long.parseLong(digits);
        if (value != (int) value) {
            throw new GripException(error);
        }
        return (int) value;
    }

    private static void hold(Headers headers, InstructionDraft draft) throws GripException {
        String hold = headers.first("Grip-Hold");
        if (hold != null) {
            draft.hold = switch (hold) {
                case "response" -> HoldMode.RESPONSE;
                case "stream" -> HoldMode.STREAM;
                default -> throw new GripException("Grip-Hold must be set to either 'response' or 'stream'");
            };
        }
    }

    private static void channels(Headers headers, InstructionDraft draft) throws GripException {
        for (HeaderElement element : HeaderElement.parseList(headers.all("Grip-Channel"))) {
            String name = HeaderText.decode(element.value());
            String prevId = null;
            var filters = new ArrayList<String>(2);
            for (var parameter : element.parameters()) {
                String value = HeaderText.decode(parameter.value());
                if (parameter.name().equalsIgnoreCase("prev-id") && prevId == null && !value.isEmpty()) {
                    prevId = value;
                } else if (parameter.name().equalsIgnoreCase("filter")) {
                    filters.add(value);
                }
            }
            if (name.isEmpty() || HeaderText.hasControls(name) || (prevId != null && HeaderText.hasControls(prevId))) {
                throw new GripException("failed to parse Grip-Channel");
            }
            draft.channel(name, prevId, filters);
        }
    }

    private static void timeout(Headers headers, InstructionDraft draft) throws GripException {
        String timeout = headers.first("Grip-Timeout");
        if (timeout != null) {
            draft.timeoutSeconds = integer(timeout, "failed to parse Grip-Timeout");
            if (draft.timeoutSeconds < 0) {
                throw new GripException("Grip-Timeout has invalid value");
            }
        }
    }

    private static void status(Headers headers, InstructionDraft draft) throws GripException {
        String text = headers.first("Grip-Status");
        if (text == null || text.isEmpty()) {
            return;
        }
        int space = text.indexOf(' ');
        String error = "Grip-Status contains invalid status code";
        int status = integer(space < 0 ? text : text.substring(0, space), error);
        if (status < 0 || status > 999) {
            throw new GripException(error);
        }
        draft.status = status;
        draft.reason = space < 0 ? "" : text.substring(space + 1).strip();
    }

    private static void links(Headers headers, InstructionDraft draft) throws GripException {
        for (HeaderElement element : HeaderElement.parseList(headers.all("Grip-Link"))) {
            if (element.parameters().isEmpty()) {
                continue;
            }
            String value = element.value();
            if (value.length() <= 2 || !value.startsWith("<") || !value.endsWith(">")) {
                throw new GripException("failed to parse Grip-Link value");
            }
            String link = Links.normalize(value.substring(1, value.length() - 1));
            if (link == null) {
                throw new GripException("Grip-Link contains invalid link");
            }
            String rel = element.parameter("rel");
            if ("next".equals(rel)) {
                draft.next = new NextLink(link, linkTimeout(element));
            } else if ("gone".equals(rel)) {
                draft.gone = link;
            }
        }
    }

    private static int linkTimeout(HeaderElement element) throws GripException {
        String text = element.parameter("timeout");
        if (text == null) {
            return DEFAULT_LINK_TIMEOUT_SECONDS;
        }
        int seconds = integer(text, "failed to parse Grip-Link timeout value");
        if (seconds < 0) {
            throw new GripException("Grip-Link timeout has invalid value");
        }
        return seconds;
    }

    private static void expose(Headers headers, InstructionDraft draft) {
        List<HeaderElement> elements = HeaderElement.parseList(headers.all("Grip-Expose-Headers"));
        if (!elements.isEmpty()) {
            Set<String> names = new HashSet<>();
            elements.forEach(element -> names.add(element.value().toLowerCase(Locale.ROOT)));
            draft.headers = draft.headers.without(name -> !names.contains(name.toLowerCase(Locale.ROOT)));
        }
    }
}
