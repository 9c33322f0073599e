package io.sluice.router;

import io.sluice.bus.AppendReceipt;
import io.sluice.bus.LocalRouters;
import io.sluice.bus.PublishException;
import io.sluice.channel.ItemOutcome;
import io.vertx.core.eventbus.Message;
import java.util.List;

/** To an append that came over the bus. */
record BusAnswer(Message<?> request) implements LocalRouters.Answer {
    @Override
    public void done(List<ItemOutcome> outcomes) {
        request.reply(new AppendReceipt(outcomes));
    }

    @Override
    public void failed(PublishException.Reason reason, String text) {
        request.fail(reason.code(), text);
    }
}
