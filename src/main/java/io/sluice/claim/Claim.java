package io.sluice.claim;

/**
 * A connection's right to be its client's.
 *
 * @param token grows with each claim of a client; 0 before there is one
 * @param node that the connection lives on
 * @param incarnation of that node: another one each time it starts. A claim is good for as long as its incarnation is a member
 * @param connection unique in the cluster
 * @param sinceMillis since the epoch
 */
public record Claim(long token, String node, String incarnation, String connection, long sinceMillis) {
    Claim withToken(long other) {
        return new Claim(other, node, incarnation, connection, sinceMillis);
    }
}
