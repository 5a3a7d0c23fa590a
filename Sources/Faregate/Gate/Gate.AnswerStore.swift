import Foundation

extension Gate {
    /// Keeps the answer of a call under a key as bytes, and makes the answer again from them for a repeat.
    ///
    /// At most 64 KiB are kept: the repeats of a larger answer, or of one that can't be encoded, are refused as
    /// ``Refusal/Reason/keyCompleted(_:)``, and so are those whose bytes can't be decoded any more.
    public struct AnswerStore<Value: Sendable>: Sendable {
        private let encode: @Sendable (Value) throws -> [UInt8]
        private let decode: @Sendable ([UInt8]) throws -> Value

        /// - Parameters:
        ///   - encode: makes the bytes that are kept. Where it throws, nothing is kept.
        ///   - decode: makes an answer from such bytes. Where it throws, the repeat is refused.
        public init(
            encode: @escaping @Sendable (Value) throws -> [UInt8],
            decode: @escaping @Sendable ([UInt8]) throws -> Value
        ) {
            self.encode = encode
            self.decode = decode
        }

        /// Nil where the answer can't be kept.
        func bytes(of value: Value) -> [UInt8]? {
            guard let bytes = try? encode(value), bytes.count <= Settlement.maximumResultBytes else { return nil }
            return bytes
        }

        /// Nil where the bytes make no answer.
        func answer(from bytes: [UInt8]) -> Value? { try? decode(bytes) }
    }
}

extension Gate.AnswerStore where Value: Codable {
    /// As JSON.
    public static var json: Self {
        Self(
            encode: { [UInt8](try JSONEncoder().encode(Wrapped(value: $0))) },
            decode: { try JSONDecoder().decode(Wrapped<Value>.self, from: Data($0)).value }
        )
    }
}

/// JSON has values at its top level only since RFC 8259; wrapped, every decoder takes them.
private struct Wrapped<Value: Codable>: Codable {
    let value: Value
}
