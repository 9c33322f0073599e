package io.sluice.bus;

/** The bus addresses: a handful per node, never one per channel or connection. */
public final class Addresses {
    /** Public: one item or {@code {"items": […]}} as JSON; replies with the receipt. */
    public static final String PUBLISH = "sluice.publish";

    /** To every node's control handler. */
    public static final String BROADCAST = "sluice.all";

    /** Version of what nodes say to each other. Grows when a node of another version would misread it. */
    public static final int PROTOCOL = 4;

    /** Router instances on each node; a channel belongs to one by its hash. Equal on all nodes. */
    public static final int ROUTERS = 2;

    private Addresses() {}

    /** The home side of the channel on that node. */
    public static String home(String node, String channel) {
        return home(node, router(channel));
    }

    public static String home(String node, int router) {
        return "sluice.home." + node + "." + router;
    }

    /** The node side of the channel on that node. */
    public static String node(String node, String channel) {
        return node(node, router(channel));
    }

    public static String node(String node, int router) {
        return "sluice.node." + node + "." + router;
    }

    /** Commands to connections of that node. */
    public static String connections(String node) {
        return "sluice.connections." + node;
    }

    /** Claims of that node's connections. */
    public static String claims(String node) {
        return "sluice.claims." + node;
    }

    /** Questions for who is subscribed on that node. */
    public static String presence(String node) {
        return "sluice.presence." + node;
    }

    public static String control(String node) {
        return "sluice.control." + node;
    }

    /** Which router instance a channel belongs to. */
    public static int router(String channel) {
        return Math.floorMod(channel.hashCode(), ROUTERS);
    }
}
