import Foundation

extension URL {
    /// Nil unless the text, exactly as it is, is an absolute http or https URL.
    init?(webPage text: String) {
        self.init(string: text, encodingInvalidCharacters: false)
        guard isHTTP, host()?.isEmpty == false else { return nil }
    }

    var isHTTP: Bool { ["http", "https"].contains(scheme?.lowercased()) }
}
