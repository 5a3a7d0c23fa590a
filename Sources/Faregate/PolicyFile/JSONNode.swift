/// A value in a policy file, and where it begins.
struct JSONNode {
    let value: Value
    let place: Place

    enum Value {
        case null
        case boolean(Bool)
        /// As it is written: only whoever asks for it knows whether it has to be exact.
        case number(String)
        case string(String)
        case array([JSONNode])
        case object(JSONObject)
        /// It was reported when it was scanned; nobody complains about it twice.
        case broken
    }
}

extension JSONNode.Value {
    /// What people call it: "a number".
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number: "a number"
        case .string: "text in quotes"
        case .array: "a list [...]"
        case .object: "an object {...}"
        case .broken: "something unreadable"
        }
    }
}

/// Members in the order of the file, each name once.
struct JSONObject {
    var members: [JSONMember] = []
    /// Something in it could not be read, so what seems to be missing may well be there.
    var isDamaged = false
}

struct JSONMember {
    let name: String
    let namePlace: Place
    let value: JSONNode
}
