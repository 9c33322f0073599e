package io.sluice.proxy;

/** What a connection hears of its claim, on its event loop: one of the first two, and after {@code granted} maybe once the third. */
interface ClaimListener {
    /** The connection is its client's, and the others are closed. */
    void granted();

    void refused(Refusal refusal);

    /**
     * The connection is to be closed, now. Also in place of the first two.
     *
     * @param token of the claim; 0 when it had none
     */
    void lost(ClaimLoss loss, long token);
}
