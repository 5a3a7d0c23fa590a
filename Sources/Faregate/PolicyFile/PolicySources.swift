/// The policy files as they were read, and the mistakes that were found in reading them.
struct PolicySources {
    let texts: [SourceText]
    let diagnostics: Diagnostics

    /// Whether two readings found the same. Decoding adds to the diagnostics, so compare before it.
    func isSame(as other: PolicySources) -> Bool {
        texts.elementsEqual(other.texts) { $0.file == $1.file && $0.bytes == $1.bytes }
            && diagnostics.sorted == other.diagnostics.sorted
    }
}
