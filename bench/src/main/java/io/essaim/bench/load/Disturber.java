package io.essaim.bench.load;

import io.essaim.bench.load.Client.Role;
import io.essaim.bench.load.LoadPlan.Disturbances;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes some clients stall, crawl, or drop out together, once the measurement begins. Its load thread only. */
final class Disturber {
    private static final long STEP_MICROS = TimeUnit.MILLISECONDS.toMicros(20);

    /** What a slow link lets through at once. */
    private static final int BURST_BYTES = 4096;

    private final Disturbances disturbances;
    private final Consumer<Connection> reconnect;
    private final Map<Client, Connection> disturbed = new HashMap<>();
    private final Map<Client, Integer> allowances = new HashMap<>();
    private final boolean any;

    private long steppedMicros;
    private long startedMicros;
    private long storms;
    private boolean stalled;

    /** @param reconnect drops a connection and has its client come back */
    Disturber(Disturbances disturbances, List<Client> clients, Consumer<Connection> reconnect) {
        this.disturbances = disturbances;
        this.reconnect = reconnect;
        this.any = clients.stream().anyMatch(client -> client.role() != Role.STEADY);
    }

    /** Spreads the roles evenly over the clients: the same client has the same role in every run. */
    static Role roleOf(int id, LoadPlan plan) {
        Disturbances disturbances = plan.disturbances();
        double place = (id * 0.6180339887498949 + 0.5) % 1;
        if (place < disturbances.stallShare()) {
            return Role.STALLING;
        }
        if (place < disturbances.stallShare() + disturbances.slowShare()) {
            return Role.SLOW;
        }
        if (place < disturbances.stallShare() + disturbances.slowShare() + disturbances.stormShare()) {
            return Role.STORMING;
        }
        return Role.STEADY;
    }

    void connected(Connection connection) {
        if (connection.client().role() != Role.STEADY) {
            disturbed.put(connection.client(), connection);
        }
    }

    void joined(Client client) {
        if (client.role() == Role.SLOW) {
            allowances.put(client, BURST_BYTES);
        }
    }

    void gone(Client client) {
        disturbed.remove(client);
        allowances.remove(client);
    }

    /** Bytes that may be read from a connection now. */
    int allowance(Connection connection) {
        if (!any) {
            return Integer.MAX_VALUE;
        }
        return allowances.getOrDefault(connection.client(), Integer.MAX_VALUE);
    }

    /** Something was read. */
    void read(Connection connection) {
        if (any) {
            Integer left = allowances.computeIfPresent(
                    connection.client(), (client, allowed) -> Math.max(0, allowed - connection.lastRead()));
            if (left != null && left == 0) {
                connection.reading(false);
            }
        }
    }

    /**
     * Does what is due; once the measurement has begun, not before.
     *
     * @param storming whether a storm still leaves its clients the time to come back
     */
    void step(long nowMicros, boolean measuring, boolean storming) {
        if (!any || nowMicros - steppedMicros < STEP_MICROS) {
            return;
        }
        long elapsed = Math.min(nowMicros - steppedMicros, TimeUnit.SECONDS.toMicros(1));
        steppedMicros = nowMicros;
        refill(elapsed);
        if (!measuring) {
            return;
        }
        if (startedMicros == 0) {
            startedMicros = nowMicros;
        }
        stall(nowMicros);
        if (storming) {
            storm(nowMicros);
        }
    }

    private void refill(long elapsedMicros) {
        int bytes = (int) (disturbances.slowBytesPerSecond() * elapsedMicros / TimeUnit.SECONDS.toMicros(1));
        allowances.replaceAll((client, left) -> Math.min(left + bytes, BURST_BYTES + bytes));
        for (Client client : allowances.keySet()) {
            Connection connection = disturbed.get(client);
            if (connection != null) {
                connection.reading(true);
            }
        }
    }

    private void stall(long nowMicros) {
        long period = TimeUnit.NANOSECONDS.toMicros(disturbances.stallFor().toNanos());
        boolean shall = (nowMicros - startedMicros) / period % 2 == 0;
        if (disturbances.stallShare() == 0 || shall == stalled) {
            return;
        }
        stalled = shall;
        disturbed.forEach((client, connection) -> {
            if (client.role() == Role.STALLING) {
                connection.reading(!shall);
                if (!shall) {
                    client.resumed(nowMicros);
                }
            }
        });
    }

    private void storm(long nowMicros) {
        long due = (nowMicros - startedMicros)
                / TimeUnit.NANOSECONDS.toMicros(disturbances.stormEvery().toNanos());
        if (disturbances.stormShare() > 0 && due > storms) {
            storms = due;
            disturbed.forEach((client, connection) -> {
                if (client.role() == Role.STORMING) {
                    reconnect.accept(connection);
                }
            });
        }
    }
}
