extension String {
    /// The text with `escape` before each of some ASCII characters.
    ///
    /// Looks at bytes. Swift joins a quote with a combining mark after it, or with a mark such as U+0600 before it,
    /// into one character, so that `replacing` doesn't find the quote, and what reads the text does.
    package func escaped(_ characters: [Unicode.Scalar], by escape: Unicode.Scalar) -> String {
        let special = characters.map { UInt8(ascii: $0) }
        guard utf8.contains(where: special.contains) else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count + 8)
        for byte in utf8 {
            if special.contains(byte) { bytes.append(UInt8(ascii: escape)) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
