extension IdempotencyKey {
    /// The key that a request names in its `Idempotency-Key` header, with the SHA-256 of the request's body as the
    /// fingerprint: the same key with another body is another request, and is refused.
    ///
    /// ```swift
    /// let key = try IdempotencyKey(header: request.headers["Idempotency-Key"], body: body)
    /// ```
    ///
    /// The header is a string as RFC 9651 writes it, in quotes; a bare key is taken too. Spaces around it don't count.
    /// [Idempotency-Key draft 07](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/),
    /// [RFC 9651, strings](https://www.rfc-editor.org/rfc/rfc9651.html#section-4.2.5)
    ///
    /// - Parameters:
    ///   - header: the header's value; nil where the request has none.
    ///   - body: the bytes of the request's body; empty where it has none.
    ///   - lifetime: how long the key is known, 1 second to 366 days.
    /// - Returns: nil where there is no header.
    /// - Throws: ``InvalidInput`` where the header is neither a string nor a bare key of printable ASCII, where the key
    ///   does not have 1 to 255 bytes, and where the lifetime is out of its range.
    public init?(
        header: String?,
        body: some Sequence<UInt8>,
        lifetime: Duration = defaultLifetime
    ) throws(InvalidInput) {
        guard let header else { return nil }
        let key = try IdempotencyKey.text(ofHeader: header)
        try self.init(key, fingerprint: hexadecimal(SHA256Digest.hash(body)), lifetime: lifetime)
    }

    /// The key in the header's value, without its quotes.
    ///
    /// Read byte by byte: a header is ASCII, and a combining mark after the quote must not hide it.
    ///
    /// - Throws: ``InvalidInput`` for what isn't printable ASCII, a quote that is never closed, what follows the closing
    ///   one, and a backslash before anything but a quote or another backslash.
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
        InvalidInput("the Idempotency-Key header is a string in quotes, like \"8e03978e-40d5-43dd\"")
    }
}

extension String.UTF8View {
    /// [RFC 9651, section 4.2](https://www.rfc-editor.org/rfc/rfc9651.html#section-4.2): spaces around a value are no part
    /// of it.
    fileprivate var trimmingSpaces: Substring.UTF8View {
        let space = UInt8(ascii: " ")
        guard let first = firstIndex(where: { $0 != space }), let last = lastIndex(where: { $0 != space }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }
}
