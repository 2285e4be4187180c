package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {
    private static final List<String> KNOWN = List.of("port", "fps", "max-connections", "heartbeat");

    @Test
    void findsWhatAFewEditsLeadTo() {
        assertThat(Nearest.to("max-conections", KNOWN)).contains("max-connections");
        assertThat(Nearest.to("prot", KNOWN)).contains("port");
        assertThat(Nearest.to("MAX-CONNECTIONS", KNOWN)).contains("max-connections");
        assertThat(Nearest.to("hartbeet", KNOWN)).contains("heartbeat");
    }

    @Test
    void suggestsNothingWhenNothingIsNear() {
        assertThat(Nearest.to("zz", KNOWN)).isEmpty();
        assertThat(Nearest.to("colour", KNOWN)).isEmpty();
        assertThat(Nearest.to("", KNOWN)).isEmpty();
    }
}
