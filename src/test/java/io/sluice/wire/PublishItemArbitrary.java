package io.sluice.wire;

import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.grip.Priority;
import io.sluice.grip.PublishItem;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Any publish item. */
public final class PublishItemArbitrary {
    private PublishItemArbitrary() {}

    public static Arbitrary<PublishItem> items() {
        return Combinators.combine(
                        text(),
                        text().injectNull(0.3),
                        text().injectNull(0.3),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().greaterOrEqual(-1),
                        Arbitraries.maps(text(), text()).ofMaxSize(3),
                        responses().injectNull(0.3),
                        Combinators.combine(
                                        streams().injectNull(0.3),
                                        messages().injectNull(0.3),
                                        Arbitraries.of(Priority.values()))
                                .as(Rest::new))
                .as((channel, id, prevId, noSeq, size, meta, response, rest) -> new PublishItem(
                        channel,
                        id,
                        prevId,
                        noSeq,
                        size,
                        meta,
                        response,
                        rest.stream(),
                        rest.message(),
                        rest.priority()));
    }

    private record Rest(Format.@Nullable HttpStream stream, Format.@Nullable WsMessage message, Priority priority) {}

    private static Arbitrary<Format.HttpResponse> responses() {
        return Combinators.combine(
                        Arbitraries.of(Action.values()),
                        Arbitraries.integers().between(0, 999),
                        text(),
                        Combinators.combine(text(), text())
                                .as(Header::new)
                                .list()
                                .ofMaxSize(3),
                        bytes().injectNull(0.3),
                        text().injectNull(0.3),
                        filters())
                .as((action, code, reason, headers, body, patch, filters) ->
                        new Format.HttpResponse(action, code, reason, Headers.copyOf(headers), body, patch, filters));
    }

    private static Arbitrary<Format.HttpStream> streams() {
        return Combinators.combine(Arbitraries.of(Action.values()), bytes(), filters())
                .as(Format.HttpStream::new);
    }

    private static Arbitrary<Format.WsMessage> messages() {
        return Combinators.combine(
                        Arbitraries.of(Action.values()),
                        Arbitraries.of(Format.WsMessage.Type.values()),
                        bytes(),
                        Arbitraries.integers().between(-1, 65535),
                        text(),
                        filters())
                .as(Format.WsMessage::new);
    }

    private static Arbitrary<@Nullable List<String>> filters() {
        return text().list().ofMaxSize(3).injectNull(0.5);
    }

    /** Whole code points: half of a surrogate pair is no text that could be sent anywhere. */
    private static Arbitrary<String> text() {
        return Arbitraries.oneOf(
                        Arbitraries.chars().range(' ', '~').map(String::valueOf),
                        Arbitraries.integers().between(0, 0xD7FF).map(Character::toString),
                        Arbitraries.integers().between(0x10000, 0x10FFFF).map(Character::toString))
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    private static Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    }
}
