package io.sluice.load;

/**
 * What to measure.
 *
 * @param streamUrl where a client gets a stream, with {@code {channel}} in it
 * @param publishUrl of the control API's endpoint, such as {@code http://localhost:5561/publish/}
 * @param streams from 1; stream i is subscribed to channel i mod channels
 * @param channels from 1
 * @param rate messages a second in all, over the channels in turn; 0 publishes the next when all have the last
 * @param size bytes of a message as its subscriber sees it, at least {@link #MIN_SIZE}
 * @param seconds of publishing
 */
public record LoadPlan(
        String streamUrl, String publishUrl, int streams, int channels, int rate, int size, double seconds) {
    /** Room for the run's name, a number and a time. */
    public static final int MIN_SIZE = 64;

    static final String PLACE = "{channel}";

    public LoadPlan {
        if (!streamUrl.contains(PLACE)) {
            throw new IllegalArgumentException("the URL must contain " + PLACE + ": " + streamUrl);
        }
        atLeast("streams", streams, 1);
        atLeast("channels", channels, 1);
        atLeast("rate", rate, 0);
        atLeast("size", size, MIN_SIZE);
        if (!(seconds > 0)) {
            throw new IllegalArgumentException("the duration must be more than 0: " + seconds);
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }
}
