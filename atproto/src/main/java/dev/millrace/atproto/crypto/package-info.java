/**
 * Keys and signatures of the protocol: ECDSA on secp256k1 and P-256 over SHA-256, and the texts in
 * which public keys are written.
 *
 * <p>Excluded: what is signed (commits in {@code repo}, labels in {@code stream}) and where keys
 * are found ({@code identity}).
 *
 * @see <a href="https://atproto.com/specs/cryptography">the specification</a>
 */
@NullMarked
package dev.millrace.atproto.crypto;

import org.jspecify.annotations.NullMarked;
