/// A value in a policy file, and where it begins.
struct JSONNode {
    let value: Value
    let place: Place

    enum Value {
        case null
        case boolean(Bool)
        /// The digits as written. The decoder decides whether they are read as an exact number.
        case number(String)
        case string(String)
        case array([JSONNode])
        case object(JSONObject)
        /// A mistake that the scanner reported; the decoder doesn't report it again.
        case broken
    }
}

extension JSONNode.Value {
    /// The kind of value in a message: "a number".
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
    private(set) var members: [JSONMember]
    /// Some members could not be read, so a missing key is not reported.
    var isDamaged = false
    /// The index of each name, once there are many; a short list is searched faster.
    private var indices: [String: Int] = [:]
    private static let few = 16

    /// - Parameter members: no name twice.
    init(_ members: [JSONMember] = []) {
        self.members = members
    }

    /// Adds a member. Returns the earlier member if the name is taken.
    mutating func add(_ member: JSONMember) -> JSONMember? {
        if let index = index(of: member.name) { return members[index] }
        members.append(member)
        return nil
    }

    private mutating func index(of name: String) -> Int? {
        guard members.count > JSONObject.few else { return members.firstIndex { $0.name == name } }
        for index in indices.count..<members.count { indices[members[index].name] = index }
        return indices[name]
    }
}

struct JSONMember {
    let name: String
    let namePlace: Place
    let value: JSONNode
}
