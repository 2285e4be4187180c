package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.ErrorCode;
import io.essaim.server.config.EventSettings;
import io.essaim.server.events.RefusalCause;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With which code a publisher hears that its event was not taken. */
@Timeout(60)
class PublishRefusalsTest {
    private static String publish(String room) {
        return "{\"type\":\"publish\",\"id\":\"1\",\"event\":{\"type\":\"a.b\",\"room\":\"" + room + "\"}}";
    }

    @ParameterizedTest
    @CsvSource({
        "MALFORMED, INVALID_MESSAGE, 400",
        "CONFLICT, INVALID_MESSAGE, 422",
        "OVERLOADED, RATE_LIMITED, 503",
        "STOPPING, RATE_LIMITED, 503",
        "STORE, SERVER_ERROR, 503",
        "FAILED, SERVER_ERROR, 503"
    })
    void eachCauseHasItsCodes(RefusalCause cause, ErrorCode code, int status) {
        assertThat(Publications.code(cause)).isEqualTo(code);
        HandshakeRules.Refusal refusal = PublishAnswers.refusal(cause, "why");
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.reason()).isEqualTo("why");
        assertThat(refusal.headers().containsKey("Retry-After")).isEqualTo(status == 503);
    }

    @ParameterizedTest
    @CsvSource({"/ws/simulation", "/ws/dashboard"})
    void whereThereIsNoRoomTheConnectionStaysOpen(String path) throws Exception {
        try (TestServer server = TestServer.with(EventSettings.MAX_ROOMS, 1);
                RawWebSocket client = RawWebSocket.open(server.port(), path)) {
            client.text(publish("general"));
            client.nextText("\"type\":\"published\"");
            client.text(publish("other"));
            assertThat(client.nextText("\"type\":\"error\"")).contains("\"code\":1003", "max-rooms", "\"id\":\"1\"");
            client.text("{\"type\":\"ping\"}");
            client.nextText("\"type\":\"pong\"");
            HttpResponse<String> refused =
                    new HttpEvents(server).post("application/json", "{\"type\":\"a\",\"room\":\"other\"}");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
        }
    }

    @Test
    void aStoreThatFailsClosesSimulationsAndNobodyElse(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("events.db");
        try (TestServer server = TestServer.with(EventSettings.EVENT_STORE, Optional.of(file));
                RawWebSocket simulation = RawWebSocket.open(server.port(), "/ws/simulation");
                RawWebSocket dashboard = RawWebSocket.open(server.port(), "/ws/dashboard");
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            simulation.text(publish("general"));
            JsonObject error = new JsonObject(simulation.nextText("\"type\":\"error\""));
            assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1004);
            assertThat(simulation.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1011);
            dashboard.text(publish("general"));
            assertThat(dashboard.nextText("\"type\":\"error\"")).contains("\"code\":1004");
            dashboard.text("{\"type\":\"ping\"}");
            dashboard.nextText("\"type\":\"pong\"");
            statement.execute("ROLLBACK");
        }
    }
}
