package io.essaim.server.tls;

import io.essaim.server.tls.PemBlocks.Block;
import io.essaim.server.tls.TlsFileException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;

/** Makes an identity of two PEM files' contents, or says what is wrong with which. */
final class PemIdentity {
    private static final String KEY = "PRIVATE KEY";

    /** Browsers refuse shorter ones. */
    private static final int RSA_BITS_MIN = 2_048;

    private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    private PemIdentity() {}

    static TlsIdentity of(String certificateFile, String keyFile) throws TlsFileException {
        List<X509Certificate> chain = PemCertificates.of(Kind.CERTIFICATE, certificateFile);
        PublicKey publicKey = chain.get(0).getPublicKey();
        String algorithm = publicKey.getAlgorithm();
        if (!SIGNATURES.containsKey(algorithm)) {
            throw wrong(Kind.CERTIFICATE, "its key is " + algorithm + "; take one with an RSA or EC key");
        }
        if (publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
            throw wrong(
                    Kind.CERTIFICATE,
                    "its RSA key has " + rsa.getModulus().bitLength() + " bits; take one of " + RSA_BITS_MIN
                            + " at least");
        }
        PrivateKey key = key(keyFile, algorithm);
        try {
            if (!belongTogether(publicKey, key)) {
                throw wrong(
                        Kind.KEY,
                        "it is not the key of the first certificate in tls-certificate; name the two files of one pair,"
                                + " and put the server's own certificate before those that vouch for it");
            }
            return new TlsIdentity(chain.toArray(new Certificate[0]), key);
        } catch (GeneralSecurityException e) {
            throw wrong(Kind.KEY, "it cannot be used: " + e.getMessage());
        }
    }

    private static PrivateKey key(String file, String algorithm) throws TlsFileException {
        List<Block> blocks = PemBlocks.of(file);
        for (Block block : blocks) {
            switch (block.label()) {
                case KEY -> {
                    return key(block, algorithm);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw wrong(
                            Kind.KEY,
                            "it is encrypted, and nobody is there to type the pass phrase; decrypt it: openssl pkcs8"
                                    + " -in OLD -out NEW");
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    throw wrong(
                            Kind.KEY,
                            "it is in the older form '" + block.label()
                                    + "'; make it PKCS#8: openssl pkcs8 -topk8 -nocrypt" + " -in OLD -out NEW");
                default -> {
                    // Parameters, or the certificate in the same file.
                }
            }
        }
        throw wrong(
                Kind.KEY,
                "no '-----BEGIN PRIVATE KEY-----' with its END is in it; write it in PEM form: openssl pkcs8 -topk8"
                        + " -nocrypt -inform DER -in OLD -out NEW");
    }

    private static PrivateKey key(Block block, String algorithm) throws TlsFileException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
        } catch (InvalidKeySpecException | IllegalArgumentException e) {
            throw wrong(
                    Kind.KEY,
                    "it is damaged, or not of the kind that tls-certificate has, " + algorithm
                            + "; name the two files of one pair");
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey key) throws GeneralSecurityException {
        byte[] proof = "essaim".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(SIGNATURES.get(publicKey.getAlgorithm()));
        signature.initSign(key);
        signature.update(proof);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(proof);
        return signature.verify(signed);
    }

    private static TlsFileException wrong(Kind kind, String message) {
        return new TlsFileException(kind, message);
    }
}
