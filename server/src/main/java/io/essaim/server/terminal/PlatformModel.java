package io.essaim.server.terminal;

import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.json.JsonBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A platform of agents, tasks and projects that is made up: what happens next in it follows from what happened. */
final class PlatformModel {
    /** How often each type happens, beside the others. */
    static final Map<String, Integer> WEIGHTS = Map.ofEntries(
            Map.entry("agent.created", 2),
            Map.entry("agent.started", 2),
            Map.entry("agent.stopped", 2),
            Map.entry("agent.deleted", 1),
            Map.entry("agent.status_changed", 12),
            Map.entry("agent.metrics", 20),
            Map.entry("task.queued", 8),
            Map.entry("task.assigned", 8),
            Map.entry("task.completed", 7),
            Map.entry("task.failed", 1),
            Map.entry("system.alert", 1),
            Map.entry("system.performance", 6),
            Map.entry("system.status", 1),
            Map.entry("system.health.changed", 1),
            Map.entry("project.created", 1),
            Map.entry("project.progress.updated", 5),
            Map.entry("circle.created", 1),
            Map.entry("circle.member_joined", 2));

    private static final int AGENTS = 100;
    private static final int CIRCLES = 5;
    private static final int PROJECTS = 12;

    /** Tasks that are remembered between being queued and done. */
    private static final int TASKS_MAX = 1_000;

    private static final List<String> STATUSES = List.of("idle", "active", "busy", "error", "offline");
    private static final List<String> ROLES = List.of("planner", "coder", "reviewer", "researcher", "tester");
    private static final List<String> TITLES =
            List.of("index the archive", "review a change", "train a model", "answer a question", "plan the week");
    private static final List<String> FAULTS = List.of("timeout", "out of memory", "bad input", "tool not found");
    private static final List<String> PARTS = List.of("database", "queue", "gateway", "scheduler", "storage");
    private static final List<String> HEALTH = List.of("healthy", "degraded", "down");
    private static final List<String> SEVERITIES = List.of("info", "warning", "critical");

    private final SplittableRandom random;
    private final JsonBuffer out = new JsonBuffer(256);
    private final int[] statuses = new int[AGENTS + 1];
    private final int[] health = new int[PARTS.size()];
    private final int[] progress = new int[PROJECTS + 1];
    private final Deque<Integer> queued = new ArrayDeque<>();
    private final Deque<Integer> assigned = new ArrayDeque<>();
    private int tasks;
    private long unknown;

    /** What an event is about. */
    record Happening(
            JsonText data,
            @Nullable Long agent,
            @Nullable Long circle,
            @Nullable Long project) {}

    PlatformModel(SplittableRandom random) {
        this.random = random;
        Arrays.setAll(statuses, agent -> random.nextInt(2));
    }

    /** What happens when something of this type does. */
    Happening next(String type) {
        out.clear();
        int dot = type.indexOf('.');
        String last = type.substring(type.lastIndexOf('.') + 1);
        return switch (WEIGHTS.containsKey(type) ? type.substring(0, dot) : "") {
            case "agent" -> agent(last);
            case "task" -> task(last);
            case "project" -> project(last);
            case "circle" -> circle(last);
            case "system" -> system(last);
            default -> {
                out.raw("{\"number\":").number(unknown++);
                yield happening(null, null, null);
            }
        };
    }

    private Happening agent(String what) {
        int agent = 1 + random.nextInt(AGENTS);
        out.raw("{\"agent_id\":").number(agent);
        switch (what) {
            case "status_changed" -> {
                int before = statuses[agent];
                statuses[agent] = (before + 1 + random.nextInt(STATUSES.size() - 1)) % STATUSES.size();
                text("old_status", STATUSES.get(before));
                text("new_status", STATUSES.get(statuses[agent]));
                out.raw(",\"details\":{}");
            }
            case "metrics" -> {
                decimal("cpu", random.nextInt(1_000), 1);
                number("memory_mb", 64 + random.nextInt(4_000));
                number("tasks_done", random.nextInt(500));
                text("status", STATUSES.get(statuses[agent]));
            }
            default -> {
                text("name", "agent-" + agent);
                text("role", ROLES.get(agent % ROLES.size()));
                statuses[agent] = what.equals("started") ? 1 : what.equals("created") ? 0 : STATUSES.size() - 1;
                text("status", STATUSES.get(statuses[agent]));
            }
        }
        return happening((long) agent, 1L + agent % CIRCLES, null);
    }

    private Happening task(String what) {
        int task = switch (what) {
            case "queued" -> ++tasks;
            case "assigned" -> taken(queued);
            default -> taken(assigned);
        };
        int agent = 1 + task % AGENTS;
        int project = 1 + task % PROJECTS;
        out.raw("{\"task_id\":").string("task-" + task);
        switch (what) {
            case "queued" -> {
                text("title", TITLES.get(task % TITLES.size()));
                remember(queued, task);
            }
            case "assigned" -> {
                number("agent_id", agent);
                remember(assigned, task);
            }
            case "completed" -> {
                number("agent_id", agent);
                number("duration_ms", 50 + random.nextInt(60_000));
            }
            default -> {
                number("agent_id", agent);
                text("error", FAULTS.get(random.nextInt(FAULTS.size())));
            }
        }
        boolean isQueued = what.equals("queued");
        return happening(isQueued ? null : (long) agent, isQueued ? null : 1L + agent % CIRCLES, (long) project);
    }

    /** The oldest of those tasks; one that nobody heard of when there is none. */
    private int taken(Deque<Integer> from) {
        return from.isEmpty() ? ++tasks : from.remove();
    }

    private static void remember(Deque<Integer> tasks, int task) {
        if (tasks.size() < TASKS_MAX) {
            tasks.add(task);
        }
    }

    private Happening project(String what) {
        int project = 1 + random.nextInt(PROJECTS);
        out.raw("{\"project_id\":").number(project);
        if (what.equals("created")) {
            progress[project] = 0;
            text("name", "project " + project);
        } else {
            progress[project] = Math.min(100, progress[project] + random.nextInt(1, 8));
        }
        number("progress", progress[project]);
        text("status", progress[project] >= 100 ? "completed" : "active");
        if (progress[project] >= 100) {
            progress[project] = 0;
        }
        return happening(null, null, (long) project);
    }

    private Happening circle(String what) {
        int circle = 1 + random.nextInt(CIRCLES);
        out.raw("{\"circle_id\":").number(circle);
        if (what.equals("created")) {
            text("name", "circle " + circle);
            return happening(null, (long) circle, null);
        }
        int agent = 1 + random.nextInt(AGENTS);
        number("agent_id", agent);
        return happening((long) agent, (long) circle, null);
    }

    private Happening system(String what) {
        int part = random.nextInt(PARTS.size());
        out.raw("{\"component\":").string(PARTS.get(part));
        switch (what) {
            case "performance" -> {
                decimal("cpu", random.nextInt(1_000), 1);
                decimal("memory", random.nextInt(1_000), 1);
                decimal("latency_ms", 10 + random.nextInt(5_000), 2);
            }
            case "changed" -> {
                text("old_status", HEALTH.get(health[part]));
                health[part] = (health[part] + 1) % HEALTH.size();
                text("new_status", HEALTH.get(health[part]));
                text("severity", SEVERITIES.get(health[part]));
            }
            case "status" -> text("status", HEALTH.get(health[part]));
            default -> {
                text("severity", SEVERITIES.get(random.nextInt(SEVERITIES.size())));
                text("message", "the " + PARTS.get(part) + " answers late");
            }
        }
        return happening(null, null, null);
    }

    private Happening happening(@Nullable Long agent, @Nullable Long circle, @Nullable Long project) {
        return new Happening(JsonText.of(out.raw('}').toByteArray()), agent, circle, project);
    }

    private void text(String name, String value) {
        out.raw(",\"").raw(name).raw("\":").string(value);
    }

    private void number(String name, long value) {
        out.raw(",\"").raw(name).raw("\":").number(value);
    }

    private void decimal(String name, long value, int decimals) {
        out.raw(",\"").raw(name).raw("\":").decimal(value, decimals);
    }
}
