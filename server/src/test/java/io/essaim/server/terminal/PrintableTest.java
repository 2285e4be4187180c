package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Text of a server may not command the terminal, whichever way it takes. */
class PrintableTest {
    private static final String HOSTILE = "x\u001B]0;pwned\u0007\u009B31m";
    private static final String FIT = "x?]0;pwned??31m";

    private final StringWriter err = new StringWriter();

    @Test
    void shouldReplaceControlAndFormatCharactersOnly() {
        assertThat(Printable.of(HOSTILE)).isEqualTo(FIT);
        assertThat(Printable.of("a\r\n\u007F\u202E\u2066\uDB40\uDC01z")).isEqualTo("a??????z");
        assertThat(Printable.of("Straße \uD83D\uDC26 “…”")).isEqualTo("Straße \uD83D\uDC26 “…”");
    }

    @Test
    void shouldKeepItOutOfNotes() {
        new LinesDisplay(OutputStream.nullOutputStream(), new PrintWriter(err)).note(HOSTILE);
        new JsonDisplay(OutputStream.nullOutputStream(), new PrintWriter(err)).note(HOSTILE);
        assertThat(err.toString().lines()).containsExactly("essaim: " + FIT, "essaim: " + FIT);
    }

    @Test
    void shouldKeepItOutOfFailures() {
        Failure failure =
                Refusal.refused(URI.create("ws://a"), 400, "{\"error\":\"x\\u001b]0;pwned\\u0007\\u009b31m\"}");
        assertThat(failure).hasMessage("ws://a refused with HTTP 400, " + FIT);
        assertThat(new Failure("a", HOSTILE).hint()).isEqualTo(FIT);
    }
}
