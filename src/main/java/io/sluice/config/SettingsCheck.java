package io.sluice.config;

import io.sluice.grip.GripException;
import io.sluice.grip.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rules that more than one setting, or the file system, has a part in. */
final class SettingsCheck {
    private final Values values;
    private final List<Problem> problems;

    SettingsCheck(Values values, List<Problem> problems) {
        this.values = values;
        this.problems = problems;
    }

    void check() {
        ports();
        keyFile(Keys.SIG_KEY);
        keyFile(Keys.UPSTREAM_KEY);
        publishers();
        cluster();
        drain();
    }

    private void ports() {
        clash(Keys.HTTP_PORT, Keys.HTTP_HOST, Keys.CONTROL_PORT, Keys.CONTROL_HOST);
        clash(Keys.HTTP_PORT, Keys.HTTP_HOST, Keys.OPS_PORT, Keys.OPS_HOST);
        clash(Keys.CONTROL_PORT, Keys.CONTROL_HOST, Keys.OPS_PORT, Keys.OPS_HOST);
    }

    private void clash(Key<Integer> port, Key<String> host, Key<Integer> otherPort, Key<String> otherHost) {
        String one = values.get(host);
        String other = values.get(otherHost);
        boolean meet = one.equals(other) || one.equals("0.0.0.0") || other.equals("0.0.0.0");
        if (meet && values.get(port) != 0 && values.get(port).equals(values.get(otherPort))) {
            problems.add(values.problem(otherPort, values.get(port) + " is " + port.name() + " too"));
        }
    }

    private void keyFile(Key<String> key) {
        String spec = values.get(key);
        if (spec.startsWith("file:") && !Files.isReadable(Path.of(spec.substring("file:".length())))) {
            problems.add(values.problem(key, "cannot read " + spec.substring("file:".length())));
        }
    }

    /** Who publishes from elsewhere must say who he is, unless nobody is to be asked. */
    private void publishers() {
        boolean asked = !values.get(Keys.CONTROL_TOKEN).isEmpty()
                || !values.get(Keys.CONTROL_BASIC).isEmpty()
                || !values.get(Keys.CONTROL_KEY).isEmpty();
        if (!values.get(Keys.CONTROL_KEY).isEmpty()) {
            verificationKey();
        } else if (!values.get(Keys.CONTROL_ISS).isEmpty()) {
            problems.add(values.problem(Keys.CONTROL_ISS, "no token is looked at without control.auth-key"));
        }
        if (!asked) {
            reachable(
                    Keys.CONTROL_HOST,
                    values.get(Keys.CONTROL_HOST),
                    "set control.auth-token, control.auth-key or control.auth-basic, or control.open: true");
        }
        sockets(Keys.ZMQ_PULL);
        sockets(Keys.ZMQ_COMMAND);
        if (!values.get(Keys.ZMQ_SUB_CONNECT)) {
            sockets(Keys.ZMQ_SUB);
        }
        if (!loopback(values.get(Keys.OPS_HOST)) && values.get(Keys.OPS_TOKEN).isEmpty()) {
            Problem whole = values.problem(
                    Keys.OPS_HOST,
                    "whoever reaches " + values.get(Keys.OPS_HOST)
                            + " sees this node's channels, and can't drain it from elsewhere: keep it private, and set ops.token");
            problems.add(Problem.note(whole.source(), whole.line(), whole.reason()));
        }
    }

    private void sockets(Key<List<String>> key) {
        for (String spec : values.get(key)) {
            String host = spec.substring("tcp://".length(), spec.lastIndexOf(':'));
            reachable(key, host, "ZeroMQ has no authentication; set control.open: true if that is meant");
        }
    }

    private void reachable(Key<?> key, String host, String what) {
        if (loopback(host)) {
            return;
        }
        String text = "whoever reaches " + host + " can publish";
        Problem whole = values.problem(key, text + ": " + what);
        problems.add(
                values.get(Keys.CONTROL_OPEN)
                        ? Problem.note(whole.source(), whole.line(), key.name() + ": " + text)
                        : whole);
    }

    private void verificationKey() {
        try {
            SigningKey key = SigningKey.parse(values.get(Keys.CONTROL_KEY), Path.of(""));
            if (!key.verifies()) {
                problems.add(values.problem(Keys.CONTROL_KEY, "this key can sign tokens, but not verify them"));
            }
        } catch (GripException e) {
            problems.add(values.problem(Keys.CONTROL_KEY, e.text()));
        }
    }

    /** A node that is to join others elsewhere must be reachable from there. */
    private void cluster() {
        if (loopback(values.get(Keys.CLUSTER_HOST))) {
            for (String member : values.get(Keys.CLUSTER_JOIN)) {
                if (!loopback(member.substring(0, member.lastIndexOf(':')))) {
                    problems.add(values.problem(
                            Keys.CLUSTER_JOIN,
                            member + " cannot reach this node at " + values.get(Keys.CLUSTER_HOST)
                                    + ": set cluster.host to this node's own address"));
                    return;
                }
            }
        }
        for (String member : values.get(Keys.CLUSTER_JOIN)) {
            int port = Integer.parseInt(member.substring(member.lastIndexOf(':') + 1));
            if (port < 1 || port > 65_535) {
                problems.add(values.problem(Keys.CLUSTER_JOIN, "port of " + member + " must be from 1 to 65535"));
            }
        }
    }

    /** What is told and paced must have its time within the limit. */
    private void drain() {
        int paced = values.get(Keys.DRAIN_WAIT).orElse(0) + values.get(Keys.DRAIN_HOLD);
        if (paced >= values.get(Keys.DRAIN_LIMIT)) {
            problems.add(values.problem(
                    Keys.DRAIN_LIMIT,
                    "must be more than " + paced + ": " + Keys.DRAIN_WAIT.name() + " and " + Keys.DRAIN_HOLD.name()
                            + " together"));
        }
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1") || host.equals("[::1]");
    }
}
