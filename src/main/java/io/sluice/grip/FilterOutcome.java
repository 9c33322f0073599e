package io.sluice.grip;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a chain of message filters makes of an item for one subscriber. */
public sealed interface FilterOutcome {
    /** Deliver this content. The same array as given in when no filter changed it. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket
    record Send(byte[] content) implements FilterOutcome {}

    /** The filter of that name keeps the item from this subscriber, as it should. */
    record Drop(String filter) implements FilterOutcome {}

    /** The filter of that name could not work. The item is dropped for this subscriber, with a warning. */
    record Fail(String filter, String message) implements FilterOutcome {}

    /** The origin must be asked first; go on with its answer. */
    record Ask(OriginQuestion question, Function<OriginAnswer, FilterOutcome> resume) implements FilterOutcome {}

    /**
     * What http-check and http-modify ask: POST with the metas as JSON in {@code Sub-Meta} and {@code Pub-Meta}.
     *
     * @param url as the subscription meta gives it; relative to the session's URI
     */
    @SuppressWarnings("ArrayRecordComponent")
    record OriginQuestion(String filter, String url, Headers headers, byte[] body) {}

    /**
     * @param status 0 when there was no answer
     * @param error why there was none, in the words of the protocol; null when there was
     */
    @SuppressWarnings("ArrayRecordComponent")
    record OriginAnswer(
            int status,
            Headers headers,
            byte[] body,
            @Nullable String error) {}
}
