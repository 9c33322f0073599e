package io.sluice.proxy;

import io.sluice.grip.Instruction;

/** A session that waits for a next-link response: a head, any bytes, and an end; or a failure; or a request to ask alone. */
interface NextListener {
    /**
     * @param instruction its response's body comes through {@link #body}
     * @param stamp of the request that this answers; see {@link NextFetches#clock()}
     */
    void head(Instruction instruction, long stamp);

    void body(byte[] bytes);

    void end();

    /**
     * There is no answer, or no more of it.
     *
     * @param again whether it is worth another try
     */
    void failed(String message, boolean again);

    /** The response is too large to share: fetch it alone. Only before a head. */
    void tooLargeToShare();
}
