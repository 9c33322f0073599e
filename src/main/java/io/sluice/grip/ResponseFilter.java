package io.sluice.grip;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the filters of an instruction's channels do to the body that came with it: only {@code build-id} works there, once,
 * however many channels name it. The body may come in pieces. Needs {@code id_format} only for a directive that uses it; as
 * the body belongs to no position, a bare {@code %I} cannot be answered even then. One object for one body; belongs to its
 * caller.
 */
public final class ResponseFilter {
    private static final byte[] NOTHING = {};

    private final @Nullable Directives directives;

    private ResponseFilter(@Nullable Directives directives) {
        this.directives = directives;
    }

    /** @param meta of the session */
    public static ResponseFilter of(List<ChannelSpec> channels, Map<String, String> meta) {
        for (ChannelSpec channel : channels) {
            if (channel.filters().contains(MessageFilter.BUILD_ID.label)) {
                return new ResponseFilter(new Directives(new BuildId(meta, Map.of())));
            }
        }
        return new ResponseFilter(null);
    }

    /** Whether every body passes as it is. */
    public boolean isIdentity() {
        return directives == null;
    }

    /**
     * What can be sent after this piece; perhaps nothing yet. The same array when the piece is plain.
     *
     * @throws GripException with the filter's name and its text; nothing more may be asked of this object
     */
    public byte[] update(byte[] chunk) throws GripException {
        try {
            return directives == null ? chunk : directives.update(chunk);
        } catch (GripException e) {
            throw named(e);
        }
    }

    /**
     * The body is over.
     *
     * @return what is left to send
     * @throws GripException when it ends within a directive
     */
    public byte[] finish() throws GripException {
        try {
            if (directives != null) {
                directives.finish();
            }
            return NOTHING;
        } catch (GripException e) {
            throw named(e);
        }
    }

    private static GripException named(GripException e) {
        return new GripException(MessageFilter.BUILD_ID.label + ": " + e.text());
    }
}
