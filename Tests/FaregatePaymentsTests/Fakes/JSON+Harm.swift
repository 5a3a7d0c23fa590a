import Foundation

extension JSON {
    var data: Data { Data(text.utf8) }

    /// This object with other fields; a value of nil leaves one out.
    func with(_ changes: [String: JSON?]) -> JSON {
        changes.reduce(self) { $0.setting([$1.key], to: $1.value) }
    }

    /// The wrong values that a field may have, by mistake or on purpose.
    static let wrongValues: [JSON] = [
        nil, true, 7, -1, .raw("1.5"), .raw("1e300"), .raw("9007199254740993"), "", "text", "\u{0}",
        .text(String(repeating: "é", count: 200)), [], [:], ["id"], ["id": 7],
    ]

    /// Copies of this object with each field left out and replaced by every wrong value.
    var harmed: [(where: String, json: JSON)] {
        paths.flatMap { path in
            let place = path.joined(separator: ".")
            let wrong = JSON.wrongValues.filter { $0 != value(at: path) }
            return [("no \(place)", setting(path, to: nil))]
                + wrong.map { ("\(place): \($0.text.prefix(40))", setting(path, to: $0)) }
        }
    }
}
