#if canImport(CryptoKit)
import CryptoKit
import Foundation
#endif

/// Message authentication with SHA-256. Uses CryptoKit where the platform has it, and ``SHA256Digest`` elsewhere.
///
/// [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104.html), vectors in
/// [RFC 4231](https://www.rfc-editor.org/rfc/rfc4231.html)
package enum HMACSHA256 {
    package static let byteCount = 32

    /// The 32-byte code of the message, which only a holder of the key can compute.
    package static func code(for message: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
        #if canImport(CryptoKit)
        let key = SymmetricKey(data: Data(key))
        return Array(HMAC<CryptoKit.SHA256>.authenticationCode(for: Data(message), using: key))
        #else
        return portableCode(for: message, key: key)
        #endif
    }

    /// Whether the code belongs to the message. The comparison takes constant time.
    package static func isValid(
        _ code: some Sequence<UInt8>,
        for message: some Sequence<UInt8>,
        key: some Sequence<UInt8>
    ) -> Bool {
        isEqualInConstantTime(Array(code), self.code(for: message, key: key))
    }

    /// In plain Swift; `package` so that tests check it against the vectors on every platform.
    package static func portableCode(for message: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
        var block = Array(key)
        if block.count > SHA256Digest.blockByteCount { block = SHA256Digest.portableHash(block) }
        block += repeatElement(0, count: SHA256Digest.blockByteCount - block.count)
        let inner = SHA256Digest.portableHash(block.map { $0 ^ 0x36 } + message)
        return SHA256Digest.portableHash(block.map { $0 ^ 0x5C } + inner)
    }
}

/// Takes the same time wherever the first difference is, so that its duration reveals nothing about a secret.
/// Different lengths return at once: a length is not secret.
///
/// Never inlined, so that the optimiser can't end the loop early.
@inline(never)
package func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for i in left.indices { difference |= left[i] ^ right[i] }
    return difference == 0
}
