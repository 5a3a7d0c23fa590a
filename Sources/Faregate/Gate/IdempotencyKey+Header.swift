extension IdempotencyKey {
    /// What the value of an `Idempotency-Key` header says: a structured-field string, in quotes; a bare key is taken too.
    ///
    /// Read byte by byte: a header is ASCII, and a combining mark after the quote must not hide it.
    /// [Idempotency-Key draft 07](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/),
    /// [RFC 9651, strings](https://www.rfc-editor.org/rfc/rfc9651.html#section-4.2.5)
    ///
    /// - Returns: the key without its quotes.
    /// - Throws: ``InvalidInput`` for what isn't printable ASCII, a quote that is never closed, what follows the closing
    ///   one, and a backslash before anything but a quote or another backslash.
    public static func text(ofHeader value: String) throws(InvalidInput) -> String {
        let bytes = value.utf8
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw malformedHeader }
        guard bytes.first == Ascii.quote else { return value }
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
