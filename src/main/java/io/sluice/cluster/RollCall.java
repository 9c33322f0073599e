package io.sluice.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastInstance;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the members who are left, each time that some have gone, whether they are there. Members are found missing one by one, so that a node that is cut off believes for a while
 * to be with some of the others, though it reaches nobody; and what it changes then has no backup, if that was with those who have gone. Any thread.
 */
final class RollCall {
    private static final Logger LOG = LoggerFactory.getLogger(RollCall.class);

    private static final long AGAIN_NANOS = 1_000_000_000;

    private final HazelcastInstance hazelcast;
    /** Who has not answered since the last one went. Guarded by this. */
    private final Set<UUID> silent = new HashSet<>();

    private long calls;
    private long calledNanos;
    private volatile boolean complete = true;

    RollCall(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Whether all have answered. */
    boolean complete() {
        return complete;
    }

    /** Some have gone: answers to earlier calls don't count any more. */
    synchronized void call() {
        calls++;
        silent.clear();
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (!member.localMember()) {
                silent.add(member.getUuid());
            }
        }
        ask();
    }

    /** Asks those who are silent once more, if that is due. */
    synchronized void again() {
        if (!complete && System.nanoTime() - calledNanos >= AGAIN_NANOS) {
            ask();
        }
    }

    private void ask() {
        complete = silent.isEmpty();
        calledNanos = System.nanoTime();
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (silent.contains(member.getUuid())) {
                ask(member, calls);
            }
        }
    }

    private void ask(Member member, long call) {
        hazelcast
                .getExecutorService("sluice.roll-call")
                .submitToMember(new AnswerCall(), member, new ExecutionCallback<>() {
                    @Override
                    public void onResponse(Boolean answer) {
                        answered(call, member.getUuid());
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        LOG.info(
                                "member-silent node={} reason=\"{}\"",
                                member.getAttribute(HazelcastHomes.NODE_ATTRIBUTE),
                                failure.getMessage());
                    }
                });
    }

    private synchronized void answered(long call, UUID member) {
        if (call == calls) {
            silent.remove(member);
            complete = silent.isEmpty();
        }
    }
}
