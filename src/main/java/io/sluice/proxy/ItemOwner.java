package io.sluice.proxy;

import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.origin.ClientUri;
import io.sluice.wire.EncodedItem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The session that an {@link ItemFlow} works for. */
interface ItemOwner {
    /** Whether items may go out now; else they wait. */
    boolean ready();

    /** The item's form for this kind of session. */
    @Nullable
    Format format(PublishItem item);

    /** What the filters work on. */
    byte[] content(Format format);

    /** Subscription meta. */
    Map<String, String> meta();

    /** What a filter's URL is relative to. */
    ClientUri base();

    /**
     * Whether there is room to send the item. If not, the owner has dealt with the loss, and the position stays before the
     * item.
     */
    boolean room(Subscription subscription, WaitingItem waiting);

    /**
     * Do what the item asks for.
     *
     * @param content after filters
     * @param shared the item's shared bytes, when the content is just that
     */
    void act(Subscription subscription, PublishItem item, Format format, byte[] content, @Nullable EncodedItem shared);

    /**
     * The channel's items and its position do not meet; or with {@code sure} an item of it was lost.
     */
    void behind(Subscription subscription, boolean sure);

    /** So many items of a channel are lost, which is not reliable: the client is to be told. */
    void gap(Subscription subscription, long items);

    /** A channel has fallen behind, or caught up. */
    void channelsChanged();

    /** Whether the client takes what it is sent. */
    boolean takesMore();

    /** Items in doubt may have been resolved. */
    void caughtUp();

    /** In debug mode: the session ends with the text. */
    void reject(String message);
}
