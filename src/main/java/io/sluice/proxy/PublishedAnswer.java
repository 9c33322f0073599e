package io.sluice.proxy;

import io.sluice.grip.Format;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.grip.InstructionParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What a published response becomes for one response hold (GRIP, response hold, rule 5). Pure. */
final class PublishedAnswer {
    private static final String EXPOSE = "Grip-Expose-Headers";
    private static final Set<String> FRAMING =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length");

    private PublishedAnswer() {}

    /**
     * The published response over the stored one: its headers replace those of equal name. {@code Grip-*} lines go; the names
     * in {@code Grip-Expose-Headers} are taken out of the result, not kept, as Pushpin does and publishers rely on.
     *
     * @param stored of the instruction, for the timeout
     */
    static GripResponse merge(GripResponse stored, Format.HttpResponse published, byte[] body) {
        var replaced = new HashSet<>(FRAMING);
        var hidden = new HashSet<String>();
        var added = new ArrayList<Header>();
        for (Header line : published.headers()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (line.name().equalsIgnoreCase(EXPOSE)) {
                for (String listed : line.value().split(",")) {
                    hidden.add(listed.strip().toLowerCase(Locale.ROOT));
                }
            } else if (!InstructionParser.isGripName(line.name()) && !FRAMING.contains(name)) {
                replaced.add(name);
                added.add(line);
            }
        }
        var lines = new ArrayList<Header>();
        for (Header line : stored.headers()) {
            if (!replaced.contains(line.name().toLowerCase(Locale.ROOT))) {
                lines.add(line);
            }
        }
        lines.addAll(added);
        lines.removeIf(line -> hidden.contains(line.name().toLowerCase(Locale.ROOT)));
        return new GripResponse(published.code(), published.reason(), Headers.copyOf(lines), body);
    }
}
