package io.sluice.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What is done to a cluster, and when: a pure function of its seed.
 *
 * @param calm no node comes or goes, only clients do
 */
record Schedule(long seed, boolean calm, List<Step> steps) {
    enum Action {
        CLIENT_JOINS,
        CLIENT_LEAVES,
        CLIENT_CUT,
        BURST,
        BAD_CALL,
        NODE_JOINS,
        NODE_LEAVES,
        NODE_KILLED,
        /** A leave and a join at the same time. */
        NODE_REPLACED,
    }

    /**
     * One step.
     *
     * @param pause items to be accepted before it
     * @param pick of the node or the number of items concerned
     */
    record Step(Action action, int pause, int pick) {
        @Override
        public String toString() {
            return action + "(" + pick + ") after " + pause;
        }
    }

    private static final List<Action> OF_CLIENTS = List.of(
            Action.CLIENT_JOINS,
            Action.CLIENT_LEAVES,
            Action.CLIENT_CUT,
            Action.CLIENT_CUT,
            Action.BURST,
            Action.BAD_CALL);
    private static final List<Action> OF_NODES = List.of(
            Action.NODE_JOINS, Action.NODE_LEAVES, Action.NODE_KILLED, Action.NODE_KILLED, Action.NODE_REPLACED);

    static Schedule of(long seed) {
        var random = new Random(seed);
        boolean calm = random.nextInt(5) == 0;
        var steps = new ArrayList<Step>();
        int rounds = calm ? 3 : 1 + random.nextInt(2);
        for (int round = 0; round < rounds; round++) {
            addSome(steps, OF_CLIENTS, 3 + random.nextInt(4), random);
            if (!calm) {
                addSome(steps, OF_NODES, 1, random);
                addSome(steps, OF_CLIENTS, 3 + random.nextInt(4), random);
            }
        }
        return new Schedule(seed, calm, List.copyOf(steps));
    }

    private static void addSome(List<Step> steps, List<Action> actions, int count, Random random) {
        for (int i = 0; i < count; i++) {
            Action action = actions.get(random.nextInt(actions.size()));
            steps.add(new Step(action, random.nextInt(25), random.nextInt(100)));
        }
    }
}
