package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LoadCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "--clients=0, '--clients=0, from 1 to 60000'",
        "--clients=60001, '--clients=60001, from 1 to 60000'",
        "--clients=many, '--clients'",
        "--fps=0, '--fps=0, from 1 to 240'",
        "--fps=241, '--fps=241, from 1 to 240'",
        "--ramp=0, '--ramp=0, from 1 to 1000000'",
        "--threads=0, '--threads=0, from 1 to 64'",
        "--threads=65, '--threads=65, from 1 to 64'",
        "--duration=0s, '--duration=0ms, from 100ms to 1440m'",
        "--duration=1441m, '--duration=86460000ms, from 100ms to 1440m'",
        "--duration=5, '''5'' is no duration such as 500ms, 30s or 2m'",
        "--warmup=-1s, '''-1s'' is no duration'",
        "--late=0ms, '--late=0ms, from 1ms'",
        "--stall-for=0s, '--stall-for=0ms, from 100ms'",
        "--storm-every=0s, '--storm-every=0ms, from 100ms'",
        "--slow-rate=99, '--slow-rate=99, from 100 to'",
        "--stall=101%, '''101%'' is no share such as 10%, from 0% to 100%'",
        "--slow=0.5, '''0.5'' is no share such as 10%'",
        "--stall=60% --slow=50%, '--stall, --slow and --storm exceed 100 % together'",
        "--stall=100%, '--stall, --slow and --storm leave none of 100 viewers'",
        "--encoding=xml, '--encoding'",
        "--encoding=bare --verify=content, '--verify=content needs an Essaim server'",
        "--nonsense, '--nonsense'",
    })
    void shouldSayWhichOptionIsWrongAndWhatItTakes(String options, String message) {
        assertThat(execute(("ws://127.0.0.1:1 " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1", "https://127.0.0.1:1", "ws:opaque", "/ws/swarm", "ws:///ws/swarm"})
    void shouldSayWhichUrlsThereAre(String url) {
        assertThat(execute(url)).isEqualTo(2);
        assertThat(err.toString()).contains("URL=" + url + ", ws://HOST:PORT or wss://HOST:PORT is expected");
    }

    @Test
    void shouldSayWhichPortsThereAre() {
        assertThat(execute("ws://127.0.0.1:65536")).isEqualTo(2);
        assertThat(err.toString()).contains("the port of ws://127.0.0.1:65536=65536, from 1 to 65535");
    }

    @Test
    void shouldAskForAUrl() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required parameter: 'URL'");
    }

    @ParameterizedTest
    @CsvSource({
        "'', /ws/swarm?fps=60",
        "/, /ws/swarm?fps=60",
        "/?token=a%2Fb, /ws/swarm?token=a%2Fb&fps=60",
        "/other, /other?fps=60",
        "/other?a=b&c=d, /other?a=b&c=d&fps=60",
    })
    void shouldFillInWhatAUrlLeavesOut(String given, String asked) throws IOException {
        int port = freePort();
        assertThat(execute("ws://127.0.0.1:" + port + given)).isEqualTo(2);
        assertThat(err.toString())
                .contains("no connection to ws://127.0.0.1:" + port + asked + " (")
                .contains("is the server up?")
                .doesNotContain("null");
    }

    @Test
    void shouldSayThatNobodyKnowsTheHost() {
        assertThat(execute("ws://nosuch.invalid:1")).isEqualTo(2);
        assertThat(err.toString()).contains("nosuch.invalid");
    }

    @Test
    void shouldSayThatThereIsNoSuchProcess() {
        assertThat(execute("ws://127.0.0.1:1", "--server-pid=999999999")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no process 999999999");
    }

    @Test
    void shouldExplainItself() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString())
                .startsWith("Puts a server under load, checks every frame, and says whether it held.")
                .contains("Usage: essaim load [-h]")
                .containsSubsequence(
                        "ws://HOST:PORT[/PATH], or wss:// for TLS",
                        "--clients=N",
                        "--fps=N",
                        "--encoding=NAME",
                        "--ca=FILE",
                        "--insecure",
                        "--deflate",
                        "--duration=TIME",
                        "--warmup=TIME",
                        "--ramp=N",
                        "--threads=N",
                        "--verify=WHAT",
                        "--late=TIME",
                        "--stall=SHARE",
                        "--stall-for=TIME",
                        "--slow=SHARE",
                        "--slow-rate=BYTES",
                        "--storm=SHARE",
                        "--storm-every=TIME",
                        "--server-pid=PID",
                        "--out=FOLDER",
                        "--name=NAME",
                        "0   PASS",
                        "1   FAIL",
                        "2   the command line has errors",
                        "3   INVALID",
                        "--clients=400",
                        "--stall=10%",
                        "--out=results")
                .doesNotContain("%%", "${");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(err.toString()).isEmpty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private int execute(String... arguments) {
        return LoadCommand.commandLine()
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
