package io.sluice.chaos;

import java.util.List;

/**
 * Where a node runs.
 *
 * @param before words of the command line that take it there; empty for where the test is
 * @param host for clients, publishers and operators
 * @param clusterHost for the other nodes
 */
record Place(List<String> before, String host, String clusterHost) {
    static final Place HERE = new Place(List.of(), "127.0.0.1", "127.0.0.1");
}
