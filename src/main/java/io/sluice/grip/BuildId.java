package io.sluice.grip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directives of {@code build-id}: {@code %I} is the id that {@code id_format} makes of the session's positions,
 * {@code %(ID)I} that id itself. Metas are looked at when a directive asks for them, not before: content without directives
 * needs no format.
 */
final class BuildId implements Directives.Renderer {
    private final Map<String, String> meta;
    private final Map<String, String> positions;
    private byte @Nullable [] id;

    /** @param positions by channel; empty when there is no id to be made, as in response content */
    BuildId(Map<String, String> meta, Map<String, String> positions) {
        this.meta = meta;
        this.positions = positions;
    }

    @Override
    public byte[] render(char directive, byte @Nullable [] argument, long position) throws GripException {
        if (directive != 'I') {
            throw Directives.unknown(directive, position);
        }
        byte[] rendered = argument != null ? argument : id(position);
        String encoding = meta.get("id_encoding");
        if (encoding == null || encoding.isEmpty()) {
            return rendered;
        }
        if (encoding.equals("hex")) {
            return HexFormat.of().formatHex(rendered).getBytes(ISO_8859_1);
        }
        throw new GripException("unsupported encoding: " + encoding);
    }

    private byte[] id(long position) throws GripException {
        byte[] made = id;
        if (made == null) {
            made = make(position);
            id = made;
        }
        return made;
    }

    private byte[] make(long position) throws GripException {
        String format = meta.get("id_format");
        if (format == null || format.isEmpty()) {
            throw new GripException("no sub meta 'id_format'");
        }
        if (positions.isEmpty()) {
            throw new GripException("No ID specified and no default ID in context at position " + position);
        }
        try {
            return Directives.replace(format.getBytes(UTF_8), new Variables(positions, true));
        } catch (GripException e) {
            throw new GripException("failed to render ID: " + e.text());
        }
    }
}
