/// For text that a program reads as bytes: a database, a spreadsheet, a file system. Swift joins a mark with the letter
/// before it, and a few marks, such as U+0600, with the letter after it. So `replacing`, `hasSuffix` and `split` don't
/// find a quote or a slash beside a mark.
extension String {
    /// The text with `escape` before each of some ASCII characters.
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

    /// The bytes after the last slash: the name of a file, without its folder.
    package var lastPathPart: String {
        String(decoding: utf8.suffix(while: { $0 != UInt8(ascii: "/") }), as: UTF8.self)
    }

    /// Whether the last bytes are these.
    package func ends(with ending: String) -> Bool { utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8) }

    /// Whether the first bytes are these.
    package func begins(with beginning: String) -> Bool { utf8.starts(with: beginning.utf8) }
}

extension BidirectionalCollection {
    /// The longest end of the collection whose elements all satisfy the condition.
    fileprivate func suffix(while isIncluded: (Element) -> Bool) -> SubSequence {
        var start = endIndex
        while start > startIndex, case let before = index(before: start), isIncluded(self[before]) { start = before }
        return self[start...]
    }
}
