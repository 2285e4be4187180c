package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.load.Client.Role;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisturberTest {
    @Test
    void shouldGiveEachRoleItsShare() {
        List<Role> roles = roles(10_000, 0.2, 0.1, 0.05);
        assertThat(share(roles, Role.STALLING)).isCloseTo(0.2, within(0.01));
        assertThat(share(roles, Role.SLOW)).isCloseTo(0.1, within(0.01));
        assertThat(share(roles, Role.STORMING)).isCloseTo(0.05, within(0.01));
        assertThat(share(roles, Role.STEADY)).isCloseTo(0.65, within(0.01));
    }

    @Test
    void shouldSpreadThemOverFewClientsToo() {
        for (int from = 0; from < 500; from += 20) {
            List<Role> some = roles(10_000, 0.25, 0, 0).subList(from, from + 20);
            assertThat(share(some, Role.STALLING)).as("from %d", from).isCloseTo(0.25, within(0.06));
        }
    }

    @Test
    void shouldGiveTheSameClientTheSameRoleHoweverManyThereAre() {
        assertThat(roles(5_000, 0.3, 0.3, 0.3).subList(0, 100)).isEqualTo(roles(100, 0.3, 0.3, 0.3));
    }

    @Test
    void shouldDisturbNobodyUnlessAsked() {
        assertThat(roles(1_000, 0, 0, 0)).containsOnly(Role.STEADY);
    }

    @Test
    void shouldDisturbAllWhenAsked() {
        assertThat(roles(1_000, 0, 1, 0)).containsOnly(Role.SLOW);
        assertThat(roles(1_000, 0.5, 0, 0.5)).containsOnly(Role.STALLING, Role.STORMING);
    }

    private static double share(List<Role> roles, Role role) {
        return (double) roles.stream().filter(each -> each == role).count() / roles.size();
    }

    private static List<Role> roles(int clients, double stall, double slow, double storm) {
        LoadPlan plan = new LoadPlan(
                URI.create("ws://127.0.0.1:1/ws/swarm"),
                DialectName.SBE,
                60,
                clients,
                500,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                false,
                Duration.ofMillis(100),
                new Disturbances(stall, Duration.ofSeconds(1), slow, 1_000, storm, Duration.ofSeconds(1)));
        List<Role> roles = new ArrayList<>();
        for (int id = 0; id < clients; id++) {
            roles.add(Disturber.roleOf(id, plan));
        }
        return roles;
    }
}
