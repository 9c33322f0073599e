package io.sluice.grip;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose connection a hold is, by the origin's word: {@code Grip-Client: ID[; policy=newest|oldest|max=N][; max=N]}. Immutable; any
 * thread.
 *
 * @param id of the client, 1 to {@link #MAX_ID_BYTES} bytes of UTF-8 without control characters
 * @param policy null when the header names none
 */
public record GripClient(String id, @Nullable ClientPolicy policy) {
    public static final String HEADER = "Grip-Client";
    public static final int MAX_ID_BYTES = 256;

    /**
     * What the headers of a response say.
     *
     * @return null when there is no such header
     * @throws GripException with the text and the rule that it breaks
     */
    public static @Nullable GripClient in(Headers headers) throws GripException {
        List<String> lines = headers.all(HEADER);
        if (lines.isEmpty()) {
            return null;
        }
        if (lines.size() > 1) {
            throw new GripException(HEADER + ": there must be one, not " + lines.size());
        }
        String line = HeaderText.decode(lines.get(0).strip());
        HeaderElement element = HeaderElement.parseQuotable(line);
        if (element == null) {
            throw new GripException(HEADER + ": '" + line + "' has an unterminated quote");
        }
        String defect = defect(element.value());
        if (defect != null) {
            throw new GripException(HEADER + ": " + defect);
        }
        try {
            return new GripClient(element.value(), policy(element));
        } catch (GripException e) {
            throw new GripException(HEADER + ": " + e.text());
        }
    }

    /** Why the text can't be a client's id; null when it can. */
    public static @Nullable String defect(String id) {
        if (id.isEmpty() || id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
            return "the client's id must have 1 to " + MAX_ID_BYTES + " bytes";
        }
        return HeaderText.hasControls(id) ? "the client's id must have no control characters" : null;
    }

    private static @Nullable ClientPolicy policy(HeaderElement element) throws GripException {
        ClientPolicy policy = null;
        String max = null;
        for (HeaderElement.Parameter parameter : element.parameters()) {
            switch (parameter.name()) {
                case "policy" -> policy = ClientPolicy.parse(parameter.value());
                case "max" -> max = parameter.value();
                default ->
                    throw new GripException("unknown parameter '" + parameter.name() + "', must be policy or max");
            }
        }
        return max == null ? policy : (policy == null ? ClientPolicy.NEWEST : policy).withMax(max);
    }
}
