import Foundation

extension URL {
    /// Nil unless the text is an absolute http or https URL without any change.
    init?(webPage text: String) {
        self.init(string: text, encodingInvalidCharacters: false)
        guard isHTTP, host()?.isEmpty == false else { return nil }
    }

    var isHTTP: Bool { ["http", "https"].contains(scheme?.lowercased()) }
}
