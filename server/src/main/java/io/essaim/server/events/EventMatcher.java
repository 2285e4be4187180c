package io.essaim.server.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells which events a filter lets through; reads an event's data only when a condition is about it. Not thread-safe. */
public final class EventMatcher {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<FieldCondition> ofFields = new ArrayList<>();
    private final List<DataCondition> ofData = new ArrayList<>();

    private record FieldCondition(String field, List<Object> values) {}

    /** A condition about a field of the data, and whether it holds of the event that is being looked at. */
    private static final class DataCondition {
        final List<String> path;
        final List<Object> values;
        boolean holds;

        DataCondition(List<String> path, List<Object> values) {
            this.path = path;
            this.values = values;
        }
    }

    public EventMatcher(EventFilter filter) {
        for (Map.Entry<String, List<Object>> condition : filter.conditions().entrySet()) {
            String field = condition.getKey();
            if (field.startsWith(EventFilter.DATA_PREFIX)) {
                String path = field.substring(EventFilter.DATA_PREFIX.length());
                ofData.add(new DataCondition(List.of(path.split("\\.", -1)), condition.getValue()));
            } else {
                ofFields.add(new FieldCondition(field, condition.getValue()));
            }
        }
    }

    /** Whether every condition holds; a field that the data does not have equals nothing. */
    public boolean matches(Event event) {
        for (int i = 0; i < ofFields.size(); i++) {
            FieldCondition condition = ofFields.get(i);
            if (!condition.values().contains(value(event, condition.field()))) {
                return false;
            }
        }
        return ofData.isEmpty() || dataMatches(event);
    }

    private static Object value(Event event, String field) {
        return switch (field) {
            case "source_agent_id" -> number(event.sourceAgentId());
            case "circle_id" -> number(event.circleId());
            case "project_id" -> number(event.projectId());
            case "priority" -> event.priority().token();
            case "event_id" -> event.eventId();
            default -> throw new AssertionError(field);
        };
    }

    /** As a filter has numbers; for none an object that equals no value. */
    private static Object number(@Nullable Long id) {
        return id == null ? Nothing.INSTANCE : (Object) (double) id;
    }

    private enum Nothing {
        INSTANCE
    }

    private boolean dataMatches(Event event) {
        for (int i = 0; i < ofData.size(); i++) {
            ofData.get(i).holds = false;
        }
        try (JsonParser parser = JSON.createParser(event.data().utf8())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                read(parser, ofData, 0);
            }
        } catch (IOException e) {
            // Whoever made the text vouched for it; of what cannot be read no condition holds.
            return false;
        }
        for (int i = 0; i < ofData.size(); i++) {
            if (!ofData.get(i).holds) {
                return false;
            }
        }
        return true;
    }

    /** Reads the fields of an object up to its end. */
    private static void read(JsonParser parser, List<DataCondition> conditions, int depth) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            List<DataCondition> about = about(conditions, depth, parser.currentName());
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT && !about.isEmpty()) {
                read(parser, about, depth + 1);
            } else if (token.isStructStart()) {
                parser.skipChildren();
            } else if (!about.isEmpty()) {
                Object value = scalar(parser, token);
                for (DataCondition condition : about) {
                    if (condition.path.size() == depth + 1) {
                        condition.holds = condition.values.contains(value);
                    }
                }
            }
        }
    }

    private static List<DataCondition> about(List<DataCondition> conditions, int depth, String name) {
        List<DataCondition> found = List.of();
        for (int i = 0; i < conditions.size(); i++) {
            DataCondition condition = conditions.get(i);
            if (condition.path.size() > depth && condition.path.get(depth).equals(name)) {
                found = found.isEmpty() ? new ArrayList<>(conditions.size()) : found;
                found.add(condition);
            }
        }
        return found;
    }

    private static Object scalar(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> Nothing.INSTANCE;
        };
    }
}
