extension IdempotencyKey {
    /// Reads a request's `Idempotency-Key` header. The SHA-256 of the request's body becomes the fingerprint, so that
    /// the same key with another body is refused.
    ///
    /// ```swift
    /// let key = try IdempotencyKey(header: request.headers["Idempotency-Key"], body: body)
    /// ```
    ///
    /// The header is an RFC 9651 string, in quotes; a key without quotes is accepted too. Spaces around it are ignored.
    /// [Idempotency-Key draft 07](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/),
    /// [RFC 9651, strings](https://www.rfc-editor.org/rfc/rfc9651.html#section-4.2.5)
    ///
    /// - Parameters:
    ///   - header: the header's value; nil if the request has none.
    ///   - body: the bytes of the request's body; empty if it has none.
    ///   - lifetime: how long the ledger remembers the key, 1 second to 366 days.
    /// - Returns: nil if there is no header.
    /// - Throws: ``InvalidInput`` if the header is neither a string nor a bare key of printable ASCII, if the key
    ///   doesn't have 1 to 255 bytes, or if the lifetime is out of range.
    public init?(
        header: String?,
        body: some Sequence<UInt8>,
        lifetime: Duration = defaultLifetime
    ) throws(InvalidInput) {
        guard let header else { return nil }
        let key = try IdempotencyKey.text(ofHeader: header)
        try self.init(key, fingerprint: hexadecimal(SHA256Digest.hash(body)), lifetime: lifetime)
    }

    /// Returns the key in the header's value, without its quotes.
    ///
    /// Reads bytes, not characters: Swift would join a quote and a combining mark after it into one character, and then
    /// not find the quote.
    ///
    /// - Throws: ``InvalidInput`` if the value isn't printable ASCII, the closing quote is missing or isn't last, or a
    ///   backslash comes before anything but a quote or a backslash.
    package static func text(ofHeader value: String) throws(InvalidInput) -> String {
        guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw malformedHeader }
        let bytes = value.utf8.trimmingSpaces
        guard bytes.first == Ascii.quote else { return String(decoding: bytes, as: UTF8.self) }
        var key: [UInt8] = []
        var rest = bytes.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case Ascii.quote:
                guard rest.isEmpty else { throw malformedHeader }
                return String(decoding: key, as: UTF8.self)
            case Ascii.backslash:
                guard let escaped = rest.popFirst(), escaped == Ascii.quote || escaped == Ascii.backslash else {
                    throw malformedHeader
                }
                key.append(escaped)
            default: key.append(byte)
            }
        }
        throw malformedHeader
    }

    private static var malformedHeader: InvalidInput {
        InvalidInput("the Idempotency-Key header must be a string in quotes, like \"8e03978e-40d5-43dd\"")
    }
}

extension String.UTF8View {
    /// [RFC 9651, section 4.2](https://www.rfc-editor.org/rfc/rfc9651.html#section-4.2): spaces around a value are not
    /// part of it.
    fileprivate var trimmingSpaces: Substring.UTF8View {
        let space = UInt8(ascii: " ")
        guard let first = firstIndex(where: { $0 != space }), let last = lastIndex(where: { $0 != space }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }
}
