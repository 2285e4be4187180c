package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.TypePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which events clients get at all; the others are taken, and heard of within this process. It counts as it stands when an
 * event is taken. Any thread may change it, the event sequencer asks.
 */
public final class BroadcastPolicy {
    /** How many switches and conditions there may be. */
    public static final int RULES_MAX = 1_000;

    private record Switch(TypePattern pattern, boolean on) {}

    private record Condition(TypePattern pattern, EventMatcher matcher) {}

    /** Immutable but for the matchers, which the event sequencer alone uses. */
    private record Rules(List<Switch> switches, List<Condition> conditions) {}

    private final boolean everythingAtFirst;

    // any thread
    private volatile Rules rules;

    BroadcastPolicy(EventRules configured) {
        List<Switch> switches = new ArrayList<>();
        configured.broadcast().forEach(pattern -> switches.add(new Switch(pattern, true)));
        everythingAtFirst = configured.broadcast().contains(TypePattern.ANY);
        List<Condition> conditions = new ArrayList<>();
        for (Map.Entry<TypePattern, EventFilter> filter : configured.filters().entrySet()) {
            conditions.add(new Condition(filter.getKey(), new EventMatcher(filter.getValue())));
        }
        rules = new Rules(everythingAtFirst ? List.of() : switches, conditions);
    }

    /** From now on clients get events of these types, or get none of them; the last call about a type counts. */
    public synchronized void broadcast(TypePattern pattern, boolean on) {
        List<Switch> switches = new ArrayList<>(rules.switches());
        switches.removeIf(other -> other.pattern().equals(pattern));
        switches.add(new Switch(pattern, on));
        change(new Rules(List.copyOf(switches), rules.conditions()));
    }

    /** From now on clients get only those events of these types that the filter lets through; replaces the one before. */
    public synchronized void filter(TypePattern pattern, EventFilter filter) {
        List<Condition> conditions = new ArrayList<>(rules.conditions());
        conditions.removeIf(other -> other.pattern().equals(pattern));
        if (!filter.isAll()) {
            conditions.add(new Condition(pattern, new EventMatcher(filter)));
        }
        change(new Rules(rules.switches(), List.copyOf(conditions)));
    }

    private void change(Rules changed) {
        if (changed.switches().size() > RULES_MAX || changed.conditions().size() > RULES_MAX) {
            throw new IllegalArgumentException("more than " + RULES_MAX + " switches or filters of types");
        }
        rules = changed;
    }

    /** Whether clients do not get it. Event sequencer only. */
    boolean withholds(Event event) {
        Rules now = rules;
        boolean on = everythingAtFirst;
        for (int i = now.switches().size() - 1; i >= 0; i--) {
            if (now.switches().get(i).pattern().matches(event.type())) {
                on = now.switches().get(i).on();
                break;
            }
        }
        for (int i = 0; on && i < now.conditions().size(); i++) {
            Condition condition = now.conditions().get(i);
            on = !condition.pattern().matches(event.type())
                    || condition.matcher().matches(event);
        }
        return !on;
    }
}
