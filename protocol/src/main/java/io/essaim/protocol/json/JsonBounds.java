package io.essaim.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.essaim.protocol.MalformedMessageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in our words what the parser's bounds were crossed by, and where; its own words name the parser's classes. */
final class JsonBounds {
    private static final Pattern CROSSED = Pattern.compile(
            "(Number|Name|String|Document)[a-z ]* \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*");

    private JsonBounds() {}

    /** @param parser stands where it was crossed */
    static MalformedMessageException crossed(StreamConstraintsException e, JsonParser parser) {
        String path = parser.getParsingContext().pathAsPointer().toString();
        String where = path.isEmpty() ? "" : " at " + JsonFields.abridged(path);
        Matcher told = CROSSED.matcher(String.valueOf(e.getOriginalMessage()));
        if (!told.matches()) {
            return new MalformedMessageException("beyond a limit" + where, e);
        }
        String most = told.group(3);
        return new MalformedMessageException(
                switch (told.group(1)) {
                    case "Document" -> "nested deeper than " + most + where;
                    case "Name" ->
                        "the name of a field" + where.replace(" at ", " behind ") + " has more than " + most
                                + " characters";
                    case "Number" -> "a number" + where + " has more than " + most + " characters";
                    default -> "a string" + where + " has more than " + most + " characters";
                },
                e);
    }
}
