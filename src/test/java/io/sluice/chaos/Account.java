package io.sluice.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A history as spans and items, by channel. */
final class Account {
    private final Map<String, Map<String, Item>> items = new LinkedHashMap<>();
    private final Map<String, List<Span>> spans = new LinkedHashMap<>();

    static Account of(List<Event> events) {
        var account = new Account();
        var reader = new Reader(account);
        events.forEach(reader::read);
        return account;
    }

    /** Channels with subscriptions. */
    List<String> channels() {
        return List.copyOf(spans.keySet());
    }

    List<Span> spans(String channel) {
        return spans.getOrDefault(channel, List.of());
    }

    List<Item> items(String channel) {
        return List.copyOf(items.getOrDefault(channel, Map.of()).values());
    }

    @Nullable
    Item item(String channel, String id) {
        return items.getOrDefault(channel, Map.of()).get(id);
    }

    /** Spans of one subscriber, in the order of time. */
    Map<String, List<Span>> bySubscriber(String channel) {
        var by = new LinkedHashMap<String, List<Span>>();
        spans(channel)
                .forEach(span -> by.computeIfAbsent(span.subscriber, key -> new ArrayList<>())
                        .add(span));
        return by;
    }

    /** Reads events one after the other. */
    private static final class Reader {
        private final Account account;
        private final Map<String, Map<String, Span>> byLife = new HashMap<>();
        private final Map<String, Map<String, Span>> last = new HashMap<>();

        Reader(Account account) {
            this.account = account;
        }

        void read(Event event) {
            if (event instanceof Event.Published published) {
                account.items
                        .computeIfAbsent(published.channel(), key -> new LinkedHashMap<>())
                        .computeIfAbsent(published.id(), id -> new Item(published.channel(), id, published.begin()))
                        .add(published);
            } else if (event instanceof Event.Subscribed subscribed) {
                open(subscribed);
            } else if (event instanceof Event.Delivered delivered) {
                span(delivered.life(), delivered.channel()).add(delivered.id());
            } else if (event instanceof Event.GapTold gap) {
                span(gap.life(), gap.channel()).gaps.add(gap.at());
            } else if (event instanceof Event.Ended ended) {
                byLife.getOrDefault(ended.life(), Map.of()).values().forEach(span -> span.to = ended.at());
            }
        }

        private void open(Event.Subscribed subscribed) {
            Map<String, Span> before = last.computeIfAbsent(subscribed.subscriber(), key -> new HashMap<>());
            for (String channel : subscribed.channels()) {
                Span span = subscribed.resumes() ? before.get(channel) : null;
                if (span == null) {
                    span = new Span(subscribed.subscriber(), channel, subscribed.at());
                    account.spans
                            .computeIfAbsent(channel, key -> new ArrayList<>())
                            .add(span);
                    before.put(channel, span);
                }
                span.to = null;
                span.lives.add(subscribed.life());
                byLife.computeIfAbsent(subscribed.life(), key -> new HashMap<>())
                        .put(channel, span);
            }
        }

        private Span span(String life, String channel) {
            return Objects.requireNonNull(
                    byLife.getOrDefault(life, Map.of()).get(channel), life + " is not subscribed to " + channel);
        }
    }
}
