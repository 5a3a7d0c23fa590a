import Foundation

extension Gate {
    /// For a call with a key: encodes its answer, to store it with the charge, and decodes the stored answer for a
    /// repeat.
    ///
    /// An answer of more than 64 KiB, or one that can't be encoded, isn't stored. A repeat whose answer wasn't stored
    /// or can't be decoded is refused as ``Refusal/Reason/keyCompleted(_:)``.
    public struct AnswerStore<Value: Sendable>: Sendable {
        private let encode: @Sendable (Value) throws -> [UInt8]
        private let decode: @Sendable ([UInt8]) throws -> Value

        /// - Parameters:
        ///   - encode: returns the bytes to store. If it throws, nothing is stored.
        ///   - decode: returns the answer for stored bytes. If it throws, the repeat is refused.
        public init(
            encode: @escaping @Sendable (Value) throws -> [UInt8],
            decode: @escaping @Sendable ([UInt8]) throws -> Value
        ) {
            self.encode = encode
            self.decode = decode
        }

        /// Nil if the answer can't be stored.
        func bytes(of value: Value) -> [UInt8]? {
            guard let bytes = try? encode(value), bytes.count <= Settlement.maximumResultBytes else { return nil }
            return bytes
        }

        /// Nil if the bytes can't be decoded.
        func answer(from bytes: [UInt8]) -> Value? { try? decode(bytes) }
    }
}

extension Gate.AnswerStore where Value: Codable {
    /// Stores answers as JSON.
    public static var json: Self {
        Self(
            encode: { [UInt8](try JSONEncoder().encode(Wrapped(value: $0))) },
            decode: { try JSONDecoder().decode(Wrapped<Value>.self, from: Data($0)).value }
        )
    }
}

/// An object around the value: RFC 4627 allowed only objects and arrays at the top level, and some decoders still
/// accept nothing else.
private struct Wrapped<Value: Codable>: Codable {
    let value: Value
}
