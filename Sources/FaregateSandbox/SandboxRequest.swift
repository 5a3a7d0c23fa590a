public import Foundation

/// A client's request to a provider's API, from any server or transport.
public struct SandboxRequest: Sendable {
    /// `GET` or `POST`.
    public let method: String
    /// The path below the provider's base address, percent-encoded: `/v1/checkout/sessions`.
    public let path: String
    /// The text after the question mark of the address.
    public let query: String
    public let headers: [(name: String, value: String)]
    public let body: Data

    public init(
        method: String,
        path: String,
        query: String = "",
        headers: [(name: String, value: String)] = [],
        body: Data = Data()
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// Returns the first header of the name, in any case.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The parts of the path, decoded: `["v1", "refunds", "re_1"]`.
    var steps: [String] {
        path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
    }

    var queryFields: FormFields { FormFields(query) }

    var formFields: FormFields { FormFields(String(decoding: body, as: UTF8.self)) }
}

/// The provider's answer.
public struct SandboxResponse: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let body: Data

    init(_ status: Int, _ json: SandboxJSON, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", "application/json")] + headers
        body = json.data
    }

    private init(status: Int, headers: [(name: String, value: String)], body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    func adding(_ more: [(name: String, value: String)]) -> SandboxResponse {
        SandboxResponse(status: status, headers: headers + more, body: body)
    }
}

/// The fields of an `application/x-www-form-urlencoded` body or an address, in their order. If two fields have the same
/// name, the last one counts, as at Stripe. Fields named `name[]` form a list, and are numbered `name[0]`, `name[1]`
/// and so on.
struct FormFields: Sendable, Equatable {
    private(set) var names: [String] = []
    private var values: [String: String] = [:]
    /// The largest number of fields, more than any real request has. Further fields are ignored.
    private static let maxFields = 1000

    init(_ text: String) {
        for pair in text.split(separator: "&").prefix(FormFields.maxFields) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = numbered(FormFields.decoded(parts[0]))
            if values.updateValue(parts.count == 2 ? FormFields.decoded(parts[1]) : "", forKey: name) == nil {
                names.append(name)
            }
        }
    }

    /// Compares the names and values; the order doesn't matter.
    static func == (left: FormFields, right: FormFields) -> Bool { left.values == right.values }

    subscript(_ name: String) -> String? { values[name] }

    /// The first free index of the list.
    private func numbered(_ name: String) -> String {
        guard name.hasSuffix("[]") else { return name }
        let list = name.dropLast(2)
        let count = names.count { $0.hasPrefix("\(list)[") }
        return "\(list)[\(count)]"
    }

    /// The fields `name[…]`, keyed by the text in the brackets.
    func nested(_ name: String) -> [(name: String, value: String)] {
        names.compactMap { full in
            guard full.hasPrefix(name + "["), full.hasSuffix("]"), let value = values[full] else { return nil }
            return (String(full.dropFirst(name.count + 1).dropLast()), value)
        }
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacingOccurrences(of: "+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}
