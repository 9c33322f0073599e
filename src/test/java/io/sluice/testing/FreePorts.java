package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for those who must know theirs before they listen. Below the range from which systems take the ports of connections, so that
 * only another listener could come between.
 */
public final class FreePorts {
    private static final int FROM = 20_000;
    private static final int BELOW = 32_000;

    private FreePorts() {}

    /** That many, all different. */
    public static List<Integer> take(int count) {
        var ports = new LinkedHashSet<Integer>();
        while (ports.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(FROM, BELOW);
            if (isFree(port)) {
                ports.add(port);
            }
        }
        return new ArrayList<>(ports);
    }

    public static int takeOne() {
        return take(1).get(0);
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket()) {
            // As servers do: a port whose last connection is fading away is free.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (BindException taken) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
