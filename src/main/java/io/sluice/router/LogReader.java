package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.ChannelHomes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.TimeUnit;

/**
 * Passes a loop's question for the items behind an id or a position on to the channel's home, and its answer back. Asks again, whoever is home by then, while
 * homes move: to read twice does no harm. The router's context only.
 */
final class LogReader {
    /** For one try; a node that leaves may take a question with it. */
    static final long TRY_MILLIS = 1000;

    static final int TRIES = 10;

    private static final long AGAIN_MILLIS = 100;

    private final Vertx vertx;
    private final ChannelHomes homes;
    private final int router;

    LogReader(Vertx vertx, ChannelHomes homes, int router) {
        this.vertx = vertx;
        this.homes = homes;
        this.router = router;
    }

    void replay(Message<?> request, NodeMessage.LoopReplay replay) {
        answer(request, replay.channel(), new HomeMessage.Replay(replay.channel(), replay.id()));
    }

    void tail(Message<?> request, NodeMessage.LoopTail tail) {
        answer(request, tail.channel(), new HomeMessage.Tail(tail.channel(), tail.after(), tail.bound()));
    }

    private void answer(Message<?> request, String channel, HomeMessage question) {
        ask(channel, question, 1)
                .onSuccess(request::reply)
                .onFailure(failure -> request.fail(0, String.valueOf(failure.getMessage())));
    }

    private Future<Replayed> ask(String channel, HomeMessage question, int number) {
        String home = homes.homeOf(channel);
        var options = new DeliveryOptions().setSendTimeout(TRY_MILLIS).setLocalOnly(home.equals(homes.self()));
        return vertx.eventBus()
                .<Replayed>request(Addresses.home(home, router), question, options)
                .map(Message::body)
                .recover(failure -> number == TRIES
                        ? Future.failedFuture(failure)
                        : vertx.timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                                .compose(later -> ask(channel, question, number + 1)));
    }
}
