/// The version of Faregate that this is.
enum Version {
    /// As in CHANGELOG.md.
    static let number = "0.1.0"
}
