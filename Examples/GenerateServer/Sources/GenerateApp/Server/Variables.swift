import Faregate
import FaregatePayments
import Foundation

/// Reads environment variables. Errors name the variable and never repeat its value, because somebody may have put a
/// secret into the wrong variable. An empty variable counts as not set.
struct Variables {
    private let values: [String: String]

    init(_ values: [String: String]) {
        self.values = values.filter { !$0.value.isEmpty }
    }

    subscript(_ name: String) -> String? { values[name] }

    func port(_ name: String) throws(InvalidInput) -> Int? {
        guard let text = values[name] else { return nil }
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw InvalidInput("\(name) must be a port: a number from 1 to 65535")
        }
        return port
    }

    func percent(_ name: String) throws(InvalidInput) -> Int? {
        guard let text = values[name] else { return nil }
        guard let percent = Int(text), (0...100).contains(percent) else {
            throw InvalidInput("\(name) must be a whole number from 0 to 100")
        }
        return percent
    }

    func flag(_ name: String) throws(InvalidInput) -> Bool? {
        guard let text = values[name] else { return nil }
        switch text.lowercased() {
        case "1", "on", "true", "yes": return true
        case "0", "off", "false", "no": return false
        default: throw InvalidInput("\(name) must be \"on\" or \"off\"")
        }
    }

    /// Whether the variable is "sandbox", its only valid value.
    func sandbox(_ name: String) throws(InvalidInput) -> Bool {
        guard let text = values[name] else { return false }
        guard text == "sandbox" else { throw InvalidInput("\(name) must be \"sandbox\" or not set") }
        return true
    }

    func url(_ name: String) throws(InvalidInput) -> URL? {
        guard let text = values[name] else { return nil }
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", url.host() != nil else {
            throw InvalidInput("\(name) must be an address that starts with http:// or https://")
        }
        return url
    }

    /// The scheme, host and port of an address.
    func origin(_ name: String) throws(InvalidInput) -> String? {
        guard let url = try url(name) else { return nil }
        guard url.path().isEmpty || url.path() == "/" else {
            throw InvalidInput("\(name) must be an address without a path, like http://127.0.0.1:8080")
        }
        return url.origin
    }

    func secret(_ name: String, _ text: String) throws(InvalidInput) -> Secret {
        do {
            return try Secret(text)
        } catch {
            throw InvalidInput("\(name): \(error.description)")
        }
    }
}

extension URL {
    /// The scheme, host and port. Other parts of an address may hold a password or a key and must not be shown.
    var origin: String? {
        guard let scheme, let host = host(percentEncoded: true) else { return nil }
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host)\(port.map { ":\($0)" } ?? "")"
    }
}
