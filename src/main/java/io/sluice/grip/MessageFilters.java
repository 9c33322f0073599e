package io.sluice.grip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A subscription's chain of filters for published items (GRIP, filters). Each works on what the one before made; the first
 * that drops or fails ends the chain. Names that are no filter's have no effect. Immutable; any thread; never blocks.
 */
public final class MessageFilters {
    private static final MessageFilters NONE = new MessageFilters(List.of());

    private final MessageFilter[] chain;
    private final List<String> contentFilters;

    private MessageFilters(List<MessageFilter> chain) {
        this.chain = chain.toArray(MessageFilter[]::new);
        this.contentFilters = chain.stream()
                .filter(filter -> filter.changesContent)
                .map(filter -> filter.label)
                .toList();
    }

    public static MessageFilters of(List<String> names) {
        if (names.isEmpty()) {
            return NONE;
        }
        var chain = new ArrayList<MessageFilter>(names.size());
        for (String name : names) {
            MessageFilter filter = MessageFilter.named(name);
            if (filter != null) {
                chain.add(filter);
            }
        }
        return chain.isEmpty() ? NONE : new MessageFilters(chain);
    }

    /** Whether every item passes as it is. */
    public boolean isEmpty() {
        return chain.length == 0;
    }

    /** Names of those that may change content, in order; what an item's {@code content-filters} must equal. */
    public List<String> contentFilters() {
        return contentFilters;
    }

    /**
     * Runs the chain on an item for one subscriber.
     *
     * @param context only looked at during the call; what a question needs later is copied
     * @param content not changed
     */
    public FilterOutcome apply(FilterContext context, byte[] content) {
        return run(0, context, content);
    }

    private FilterOutcome run(int start, FilterContext context, byte[] content) {
        byte[] made = content;
        for (int i = start; i < chain.length; i++) {
            MessageFilter filter = chain[i];
            if (filter.drops(context)) {
                return filter.drop;
            }
            try {
                switch (filter) {
                    case BUILD_ID, VAR_SUBST -> made = Directives.isPlain(made) ? made : replace(filter, context, made);
                    case HTTP_CHECK, HTTP_MODIFY -> {
                        return ask(i, context, made);
                    }
                    default -> {}
                }
            } catch (GripException e) {
                return new FilterOutcome.Fail(filter.label, e.text());
            }
        }
        return new FilterOutcome.Send(made);
    }

    private static byte[] replace(MessageFilter filter, FilterContext context, byte[] content) throws GripException {
        Directives.Renderer renderer = filter == MessageFilter.BUILD_ID
                ? new BuildId(context.subscriptionMeta(), context.positions())
                : new Variables(context.subscriptionMeta(), false);
        return Directives.replace(content, renderer);
    }

    private FilterOutcome ask(int index, FilterContext context, byte[] content) throws GripException {
        MessageFilter filter = chain[index];
        // The session may move on before the answer comes.
        var kept = new FilterContext(
                Map.copyOf(context.subscriptionMeta()),
                Map.copyOf(context.publishMeta()),
                Map.copyOf(context.positions()));
        return new FilterOutcome.Ask(OriginFilter.question(filter, kept, content), answer -> {
            try {
                byte[] made = OriginFilter.content(filter, answer, content);
                return made == null ? filter.drop : run(index + 1, kept, made);
            } catch (GripException e) {
                return new FilterOutcome.Fail(filter.label, e.text());
            }
        });
    }
}
