package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What it says, and its exit code, when the ops port is not as one would like. */
class StatusCommandTest {
    private record Answer(int status, String body) {}

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Boolean> authorized = new ConcurrentHashMap<>();
    private String ops = "";

    @BeforeEach
    void start() throws Exception {
        answers.put("/health/ready", new Answer(200, "{\"status\":\"ready\"}"));
        answers.put("/metrics", new Answer(200, "sluice_connections 3\n"));
        int port = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(20, TimeUnit.SECONDS)
                .actualPort();
        ops = "http://127.0.0.1:" + port + "/";
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        authorized.put(request.path(), request.headers().contains("Authorization"));
        Answer answer = answers.getOrDefault(request.path(), new Answer(404, "Not Found\n"));
        request.response().setStatusCode(answer.status).end(answer.body);
    }

    /** The exit code and what was written. */
    private String status(String... options) {
        var written = new StringWriter();
        var all = new String[options.length + 2];
        all[0] = "--ops";
        all[1] = ops;
        System.arraycopy(options, 0, all, 2, options.length);
        return StatusRun.run(written, all) + " " + written;
    }

    @Test
    void aNodeThatIsReady() {
        assertThat(status("-B", "secret")).isEqualTo("0 status ready\nconnections 3\n");
        assertThat(authorized).containsOnlyKeys("/health/ready", "/metrics").doesNotContainValue(true);
    }

    @Test
    void aNodeThatIsNotReadyFails() {
        answers.put("/health/ready", new Answer(503, "{\"status\":\"waiting\",\"for\":[\"the cluster\"]}"));
        assertThat(status()).isEqualTo("1 status waiting: the cluster\nconnections 3\n");
    }

    @Test
    void whatIsNoOpsPortIsSaidSo() {
        answers.remove("/metrics");
        assertThat(status()).startsWith("1 status ready\n").contains("answered 404: Not Found");
        answers.put("/health/ready", new Answer(200, "<html>"));
        assertThat(status()).startsWith("1 ").contains("is it an ops port?");
        answers.put("/health/ready", new Answer(421, "Not asked for here: the host 'x'.\n"));
        assertThat(status()).startsWith("1 ").contains("answered 421: Not asked for here");
    }

    @Test
    void aNodeThatDidNotAnswerIsNotTakenForOneWithoutConnections() {
        answers.put("/api/slow", new Answer(200, "{\"connections\":[],\"missing\":[\"n2\"]}"));
        assertThat(status("--slow"))
                .isEqualTo("1 nobody is slow on the nodes that answered\nsluice status: no answer from n2\n");
        answers.put(
                "/api/connections/n2-0-1/disconnect",
                new Answer(503, "{\"error\":\"not known: no answer from n2\",\"missing\":[\"n2\"]}"));
        assertThat(status("--disconnect", "n2-0-1", "-B", "secret"))
                .isEqualTo("1 sluice status: not known: no answer from n2\n");
        assertThat(authorized).containsEntry("/api/connections/n2-0-1/disconnect", true);
        assertThat(status("--disconnect", "n2-0-2")).isEqualTo("1 sluice status: there is no connection n2-0-2\n");
    }

    @Test
    void nothingSpeaksToTheTerminal() {
        answers.put("/api/connections/x/disconnect", new Answer(400, "a\u001b[2Jb\u009b2Jc\u202ed\u2028e"));
        assertThat(status("--disconnect", "x")).isEqualTo("1 sluice status: a?[2Jb?2Jc?d?e\n");
    }
}
