package io.sluice.origin;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/** Which addresses an untrusted target may have: those of the public Internet (RFC 6890). */
final class AddressPolicy {
    private AddressPolicy() {}

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(address, bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        return switch (a) {
            case 0, 10, 127 -> false;
            case 100 -> b < 64 || b > 127;
            case 169 -> b != 254;
            case 172 -> b < 16 || b > 31;
            case 192 -> b != 168 && !(b == 0 && (c == 0 || c == 2));
            case 198 -> b != 18 && b != 19 && !(b == 51 && c == 100);
            case 203 -> !(b == 0 && c == 113);
            default -> a < 224;
        };
    }

    private static boolean isPublic6(InetAddress address, byte[] bytes) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || (bytes[0] & 0xfe) == 0xfc) {
            return false;
        }
        int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        int second = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        if (first == 0x2002) {
            return isPublic4(Arrays.copyOfRange(bytes, 2, 6)); // 6to4
        }
        if (first == 0x0064 && second == 0xff9b) {
            return isPublic4(Arrays.copyOfRange(bytes, 12, 16)); // NAT64
        }
        if (first == 0x2001 && (second == 0x0000 || second == 0x0db8)) {
            return false; // Teredo, documentation
        }
        boolean mappedOrCompatible = Arrays.equals(bytes, 0, 10, new byte[10], 0, 10);
        return !mappedOrCompatible;
    }
}
