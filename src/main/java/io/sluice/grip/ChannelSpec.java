package io.sluice.grip;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel of an instruction (GRIP, {@code Grip-Channel}).
 *
 * @param name as the origin wrote it: the route's prefix is not part of it
 * @param prevId the position up to which the origin's answer is complete; absent for a channel without reliability
 * @param filters at most five, in order; unknown names stay in the list and have no effect
 */
public record ChannelSpec(String name, @Nullable String prevId, List<String> filters) {}
