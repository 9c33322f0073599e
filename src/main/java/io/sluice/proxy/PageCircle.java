package io.sluice.proxy;

import io.sluice.grip.Headers;
import io.sluice.origin.ClientUri;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a chain of pages leads back to a page that it came from, however long the circle is: one page is remembered, and another
 * in its place after twice as many steps each time (Brent's algorithm). Event loop only.
 */
final class PageCircle {
    private @Nullable ClientUri uri;
    private Headers lastIds = Headers.EMPTY;
    private int steps;
    private int stride = 1;
    private boolean closed;

    /** Whether the page that is due now has been asked for in the same words before, or one before it was. */
    boolean closedBy(ClientUri nextUri, Headers nextIds) {
        if (closed || (nextUri.equals(uri) && nextIds.equals(lastIds))) {
            closed = true;
        } else if (++steps == stride) {
            uri = nextUri;
            lastIds = nextIds;
            steps = 0;
            stride = Math.max(stride, stride << 1);
        }
        return closed;
    }
}
