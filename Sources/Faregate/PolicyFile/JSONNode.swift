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
    private(set) var members: [JSONMember]
    /// Something in it could not be read, so what seems to be missing may well be there.
    var isDamaged = false
    /// Where each name stands, once there are many; few are looked through faster.
    private var indices: [String: Int] = [:]
    private static let few = 16

    /// - Parameter members: no name twice.
    init(_ members: [JSONMember] = []) {
        self.members = members
    }

    /// Adds a member, unless its name is there: then returns the one that has it.
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
