package io.essaim.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.essaim.protocol.Message.Auth;
import io.essaim.protocol.json.JsonClientMessageDecoder;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login is read in both encodings; what is wrong with one is named, and its token is told to nobody. */
@Timeout(60)
class LoginMessagesTest {
    private static final String SECRET = "5ecret";
    private static final String LONGEST = "x".repeat(Limits.TOKEN_CHARS_MAX);

    private final JsonClientMessageDecoder jsonDecoder = new JsonClientMessageDecoder();
    private final JsonMessageEncoder jsonEncoder = new JsonMessageEncoder();
    private final SbeDecoder sbeDecoder = new SbeDecoder();
    private final SbeMessageEncoder sbeEncoder = new SbeMessageEncoder();

    @ParameterizedTest
    @ValueSource(strings = {"1", ""})
    void aLoginIsTheSameInBothEncodings(String id) throws Exception {
        for (String token : new String[] {"x", "ess_A-z.~+/=09!", LONGEST}) {
            Auth auth = new Auth(id, token);
            assertThat(jsonDecoder.decode(jsonEncoder.encode(auth))).isEqualTo(auth);
            assertThat(sbeDecoder.decode(sbeEncoder.encode(auth))).isEqualTo(auth);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'auth','id':'1'}|auth.token is missing|1",
                "{'type':'auth','id':'1','token':null}|auth.token is missing|1",
                "{'type':'auth','id':'1','token':''}|auth.token has 0 characters, 1 to 4096|1",
                "{'type':'auth','id':'1','token':'5ecret '}|auth.token has blanks|1",
                "{'type':'auth','id':'1','token':'5ecret\\u0000'}|auth.token has blanks|1",
                "{'type':'auth','id':'1','token':'5ecretß'}|auth.token has blanks or characters beyond ASCII|1",
                "{'type':'auth','token':'5ecret ß'}|auth.token has blanks|",
                "{'type':'auth','id':'1','token':['5ecret']}|auth.token is no string|1",
                "{'type':'auth','id':'1','token':{'5ecret':1}}|auth.token is no string|1",
                "{'type':'auth','id':'1','token':5}|auth.token is no string|1",
                "{'type':'auth','id':'1','token':true}|auth.token is no string|1",
                "{'type':'auth','id':'1','token':'5ecret','as':'ann'}|unknown field \"as\" in auth|1",
                "{'type':'auth','id':1,'token':'5ecret'}|auth.id is no string|",
                "{'type':'auth','id':'1','token':5ecret}|not JSON|",
                "{'type':'auth','id':'1','token':ess_5ecret}|not JSON: a word without quotes|",
                "{'type':'auth','token':'5ecret','token':'5ecret'}|not JSON: Duplicate field|",
                "{'type':'auth','token':'5ecret|not JSON|"
            })
    void whatIsWrongWithALoginIsNamedAndItsTokenIsNot(String text, String reason, @Nullable String id) {
        byte[] json = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        assertRefused(
                catchThrowableOfType(MalformedMessageException.class, () -> jsonDecoder.decode(json)), reason, id);
    }

    @Test
    void aTokenThatIsTooLongIsRefusedInBothEncodings() {
        byte[] json = ("{\"type\":\"auth\",\"id\":\"1\",\"token\":\"" + LONGEST + SECRET + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        assertRefused(
                catchThrowableOfType(MalformedMessageException.class, () -> jsonDecoder.decode(json)),
                "auth.token has 4102 characters, 1 to 4096",
                "1");
        assertRefused(
                catchThrowableOfType(
                        MalformedMessageException.class, () -> sbeDecoder.decode(binary(LONGEST + SECRET, "1"))),
                "auth.token has 4102 characters, 1 to 4096",
                "1");
    }

    @ParameterizedTest
    @CsvSource({"'',auth.token has 0 characters", "' 5ecret',auth.token has blanks", "5ecretß,auth.token has blanks"})
    void whatIsWrongWithABinaryLoginIsNamed(String token, String reason) {
        for (String id : new String[] {"1", ""}) {
            assertRefused(
                    catchThrowableOfType(MalformedMessageException.class, () -> sbeDecoder.decode(binary(token, id))),
                    reason,
                    id.isEmpty() ? null : id);
        }
    }

    @Test
    void aTokenThatIsNoTextOrLongerThanTheMessageIsRefused() {
        byte[] bytes = sbeEncoder.encode(new Auth("1", SECRET));
        byte[] foreign = bytes.clone();
        foreign[12] = (byte) 0xC3;
        assertRefused(
                catchThrowableOfType(MalformedMessageException.class, () -> sbeDecoder.decode(foreign)),
                "auth.token is not UTF-8",
                null);
        byte[] longer = bytes.clone();
        longer[8] = 100;
        assertRefused(
                catchThrowableOfType(MalformedMessageException.class, () -> sbeDecoder.decode(longer)),
                "auth.token of 100 bytes, but only",
                null);
    }

    @Test
    void aTokenStandsInNoText() {
        assertThat(new Auth("1", SECRET)).asString().doesNotContain(SECRET);
        assertThatThrownBy(() -> new Auth("1", SECRET + " ")).hasMessageNotContaining(SECRET);
        assertThatThrownBy(() -> new Auth("1", SECRET + LONGEST)).hasMessageNotContaining(SECRET);
    }

    private void assertRefused(MalformedMessageException refused, String reason, @Nullable String id) {
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).contains(reason);
        assertThat(refused.requestId()).isEqualTo(id);
        StringWriter said = new StringWriter();
        refused.printStackTrace(new PrintWriter(said));
        assertThat(Arrays.stream(said.toString().split("\n", -1)).filter(line -> !line.startsWith("\tat")))
                .noneMatch(line -> line.contains(SECRET));
    }

    /** An Auth whose token is none, as no encoder of ours writes it. */
    private byte[] binary(String token, String id) {
        byte[] placeholder = sbeEncoder.encode(new Auth(id, "x"));
        byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[placeholder.length - 1 + utf8.length];
        System.arraycopy(placeholder, 0, bytes, 0, 8);
        bytes[8] = (byte) utf8.length;
        bytes[9] = (byte) (utf8.length >> 8);
        System.arraycopy(utf8, 0, bytes, 12, utf8.length);
        System.arraycopy(placeholder, 13, bytes, 12 + utf8.length, placeholder.length - 13);
        return bytes;
    }
}
