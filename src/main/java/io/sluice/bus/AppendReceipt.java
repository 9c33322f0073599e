package io.sluice.bus;

import io.sluice.channel.ItemOutcome;
import java.util.List;

/** What became of the items of an append, in their order. */
public record AppendReceipt(List<ItemOutcome> outcomes) {}
