package io.essaim.server.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where a client connects from: its own address, or what a trusted proxy says it is.
 *
 * @param forwarded whether a trusted proxy passed it on
 */
public record ClientAddress(InetAddress address, boolean forwarded) {
    /** Who has one IPv6 address has its whole /64. */
    private static final int NETWORK_BYTES = 8;

    public ClientAddress {
        if (address instanceof Inet6Address) {
            try {
                // One that stands for an address of IPv4 is that one. Nothing is looked up.
                address = InetAddress.getByAddress(address.getAddress());
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Of one that connects itself. */
    public ClientAddress(InetAddress address) {
        this(address, false);
    }

    /** Whether it is this machine itself, for which no limit of an address holds. */
    public boolean isLocal() {
        return !forwarded && address.isLoopbackAddress();
    }

    /** As what it is counted and banned: an address of IPv4, or a network of IPv6 such as {@code 2001:db8:0:1::/64}. */
    public String key() {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] network = Arrays.copyOf(address.getAddress(), NETWORK_BYTES);
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < NETWORK_BYTES; i += 2) {
            key.append(Integer.toHexString(((network[i] & 0xff) << 8) | (network[i + 1] & 0xff)))
                    .append(':');
        }
        return key.append(":/64").toString();
    }

    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
