package io.essaim.server.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformFileTest {
    @TempDir
    Path folder;

    @Test
    void aFilesTransformsComeFirst() throws Exception {
        Path file = write("[{\"when\":\"order.*\",\"type\":\"order_update\",\"fields\":{\"order_id\":\"data.id\","
                + "\"timestamp\":\"timestamp\",\"animation\":\"'pulse'\",\"more\":{\"late\":"
                + "\"data.due.late == true ? 'late' : data.due.days|-1\",\"version\":2,\"by\":null}}}]");
        SenecaEncoding encoding = new SenecaEncoding(Transforms.builtIn().with(file));
        assertThat(text(encoding, "order.placed", "{\"due\":{\"late\":true},\"id\":\"o-1\"}"))
                .isEqualTo("{\"type\":\"order_update\",\"order_id\":\"o-1\",\"timestamp\":\"2025-01-16T13:20:00.123Z\","
                        + "\"animation\":\"pulse\",\"more\":{\"late\":\"late\",\"version\":2,\"by\":null},"
                        + "\"room\":\"general\",\"offset\":123,\"event_id\":\"evt_1\"}");
        assertThat(text(encoding, "order.placed", "{\"due\":{\"late\":false,\"days\":3}}"))
                .contains("\"late\":3,");
        assertThat(text(encoding, "order.placed", "{\"due\":{\"late\":1}}")).contains("\"late\":-1,");
        assertThat(text(encoding, "agent.started", "{}")).contains("agent_update");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{}; entry 1: a list of transforms is expected",
                "[{'type':'a','fields':{}}]; entry 1: when is missing",
                "[{'when':'a.','type':'a','fields':{}}]; entry 1: types: \"a.\" is no pattern",
                "[{'when':'a','type':'a'}]; entry 1: fields is missing",
                "[{'when':'a','type':'a','fields':[]}]; entry 1: fields is an object",
                "[{'when':'a','type':3,'fields':{}}]; entry 1: type is a text in quotes",
                "[{'when':'a','type':'a','room':'a b','fields':{}}]; entry 1: room \"a b\" is no room",
                "[{'when':'a','type':'a','field':{}}]; entry 1: \"field\" is no field of a transform",
                "[{'when':'a','type':'a','fields':{'type':'type'}}]; entry 1: fields: type and cursor are put in",
                "[{'when':'a','type':'a','fields':{}},7]; entry 2: an object is expected",
                "[{'when':'a','type':'a','fields':{'x':'dta.id'}}]; entry 1: fields.x: \"dta.id\": \"dta.id\" is none of type,",
                "[{'when':'a','type':'a','fields':{'x':{'y':'data.'}}}]; entry 1: fields.x.y: \"data.\": data. is 1 to 8 names",
                "[{'when':'a','type':'a','fields':{'x':'data.a | '}}]; a value is expected at the end",
                "[{'when':'a','type':'a','fields':{'x':'data.a == 1 ? 2'}}]; \":\" is expected at the end",
                "[{'when':'a','type':'a','fields':{'x':'room == 1 ? 2 : 3'}}]; before == stands a field of the data",
                "[{'when':'a','type':'a','fields':{'x':'data.a == data.b ? 2 : 3'}}]; after == stands a text",
                "[{'when':'a','type':'a','fields':{'x':'type room'}}]; \"==\" is expected before \"room\"",
                "[{'when':'a','type':'a','fields':{'x':'data.a = 1'}}]; one = stands alone",
                "[{'when':'a','type':'a','fields':{'x':[]}}]; entry 1: fields.x is a text",
                "[{'when':'a','type':'a','fields':{'x':'type','x':'type'}}]; Duplicate field 'x'",
                "[{'when':'a'; line 1: ",
            })
    void whatIsWrongIsToldWithItsPlace(String json, String words) throws Exception {
        // No text of these examples is in '', so that ' can stand for ".
        Path file = write(json.replace('\'', '"'));
        assertThatThrownBy(() -> TransformFile.read(file))
                .isInstanceOf(TransformException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(words);
    }

    @Test
    void aTextThatIsNotClosedIsNamed() throws Exception {
        Path file = write("[\n{\"when\":\"a\",\"type\":\"a\",\"fields\":{\"x\":\"'pulse\"}}]");
        assertThatThrownBy(() -> TransformFile.read(file))
                .hasMessage(
                        file + ", entry 1: fields.x: \"'pulse\": a text in '' is not closed, or one = stands alone");
        assertThatThrownBy(() -> TransformFile.read(folder.resolve("none.json")))
                .isInstanceOf(TransformException.class)
                .hasMessage(folder.resolve("none.json") + ": no such file");
    }

    private Path write(String json) throws Exception {
        return Files.writeString(folder.resolve("transforms.json"), json);
    }

    private static String text(SenecaEncoding encoding, String type, String data) {
        return new String(encoding.event(Events.of(type, data), ""), StandardCharsets.UTF_8);
    }
}
