package io.essaim.server.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468), in order; text around them is passed over. */
final class PemBlocks {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /**
     * @param label as between BEGIN and the dashes
     * @param body Base64 with white space, or something broken
     */
    record Block(String label, String body) {
        /** @throws IllegalArgumentException when it is not Base64 */
        byte[] bytes() {
            return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
        }
    }

    private PemBlocks() {}

    static List<Block> of(String file) {
        Matcher matcher = BLOCK.matcher(file);
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }
}
