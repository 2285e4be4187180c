package io.essaim.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientAddressTest {
    static ClientAddress of(String address) {
        try {
            return new ClientAddress(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7,203.0.113.7",
        "2001:db8:0:1:aaaa:bbbb:cccc:dddd,2001:db8:0:1::/64",
        "2001:db8:0:1::1,2001:db8:0:1::/64",
        "2001:db8:0:2::1,2001:db8:0:2::/64",
        "::ffff:203.0.113.7,203.0.113.7"
    })
    void anAddressOfIpv6CountsAsItsNetwork(String address, String key) {
        assertThat(of(address).key()).isEqualTo(key);
        assertThat(of(address).isLocal()).isFalse();
    }

    @Test
    void anAddressOfIpv4CountsAsItselfHoweverItIsWritten() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = 127;
        mapped[15] = 1;
        assertThat(new ClientAddress(Inet6Address.getByAddress("", mapped, 0)).isLocal())
                .isTrue();
        mapped[12] = 10;
        assertThat(new ClientAddress(Inet6Address.getByAddress("", mapped, 0)).key())
                .isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    void thisMachineIsLocal(String address) {
        assertThat(of(address).isLocal()).isTrue();
    }
}
