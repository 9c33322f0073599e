package io.sluice.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new home needs to know of a channel's log, to go on where the last one ended.
 *
 * @param position of the last item
 * @param commit the last change
 * @param lastId of the channel; null for none
 * @param ids of items seen of late, oldest first
 * @param parked items that wait for a predecessor
 */
public record LogState(
        Position position, long commit, @Nullable String lastId, List<String> ids, List<byte[]> parked) {}
