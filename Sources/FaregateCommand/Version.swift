/// The version of Faregate.
enum Version {
    /// As in CHANGELOG.md.
    static let number = "0.1.0"
}
