package io.sluice.claim;

import io.sluice.grip.ClientPolicy;
import io.vertx.core.Future;

/**
 * The claims of all clients of the cluster. Any thread; answers on the context of the caller. What failed may have happened, and may be
 * asked again.
 */
public interface ClaimStore {
    /** Of this node, since it started. */
    String incarnation();

    /** Whether the claim's node is a member, as far as this one knows. */
    boolean live(Claim claim);

    /** See {@link ClaimState#take}: one atomic step. */
    Future<ClaimAnswer> take(String client, Claim wanted, ClientPolicy policy);

    /** See {@link ClaimState#stand}. */
    Future<ClaimAnswer> stand(String client, Claim own, ClientPolicy policy);

    /** See {@link ClaimState#release}; a token that is another's is left alone. */
    Future<Void> release(String client, String connection, long token);
}
