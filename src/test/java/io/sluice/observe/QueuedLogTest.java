package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QueuedLogTest {
    /** Writes nothing until it may. */
    private static final class Reader extends AppenderBase<ILoggingEvent> {
        final List<String> written = new CopyOnWriteArrayList<>();
        final CountDownLatch busy = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            try {
                busy.countDown();
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            written.add(event.getFormattedMessage());
        }
    }

    @Test
    void who_logs_does_not_wait_and_what_finds_no_room_is_counted_and_told() throws InterruptedException {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var reader = new Reader();
        reader.setContext(context);
        reader.start();
        var discarded = new LongAdder();
        var queued = new QueuedLog(reader, 3, discarded);
        queued.setContext(context);
        queued.start();
        var logger = context.getLogger("x");
        logger.addAppender(queued);
        logger.info("0");
        reader.busy.await();
        for (int i = 1; i <= 5; i++) {
            logger.info("{}", i);
        }
        assertThat(discarded.sum()).isEqualTo(2);
        assertThat(reader.written).isEmpty();
        reader.go.countDown();
        queued.stop();
        assertThat(reader.written).containsSubsequence("0", "1", "2", "3").contains("log-lines-discarded lines=2");
        assertThat(reader.written).hasSize(5);
        logger.info("after the end");
        assertThat(reader.written).endsWith("after the end");
    }
}
