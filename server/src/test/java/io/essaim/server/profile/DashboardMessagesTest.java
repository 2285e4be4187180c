package io.essaim.server.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DashboardMessagesTest {
    @Test
    void theGreetingNamesTheClient() {
        byte[] greeting = new DashboardMessages().greeting("test-cli", "Connected to Essaim", 1_737_021_600_000_000L);
        assertThat(new String(greeting, StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"connection.established\",\"data\":{\"client_id\":\"test-cli\","
                        + "\"message\":\"Connected to Essaim\"},\"timestamp\":\"2025-01-16T10:00:00.000Z\"}");
    }
}
