/// Reads JSON (RFC 8259) with comments and trailing commas into a tree with positions.
///
/// It continues after a mistake where the meaning is clear, so that one run shows several mistakes.
/// Other mistakes become ``JSONNode.Value/broken``.
///
/// Every step consumes at least one byte, and nesting is bounded, so no input can hang it or overflow the stack.
struct JSONScanner {
    static let depthLimit = 64
    static let mistakeLimit = 1000

    let source: SourceText
    /// What the file holds, in messages: "policy".
    let content: String
    let diagnostics: Diagnostics
    var position = 0
    /// The closing brackets that are still expected, outermost first.
    private var awaited: [UInt8] = []
    /// A mistake was just reported; its consequences are not reported.
    var isRecovering = false
    /// The rest of the file can't be read.
    private(set) var hasGivenUp = false
    /// A closing bracket of the wrong kind was reported, and it is uncertain which brackets belong together after it.
    private var hasStrayBracket = false

    init(_ source: SourceText, content: String = "policy", diagnostics: Diagnostics) {
        self.source = source
        self.content = content
        self.diagnostics = diagnostics
    }

    /// The one value in the file; nil when there is none or its brackets don't match.
    mutating func document() -> JSONNode? {
        skipBlanks()
        guard current != nil else {
            if !hasGivenUp { abandon("there is no \(content) in this file", at: 0, expected: "at least {}") }
            return nil
        }
        let node = value()
        skipBlanks()
        if current != nil { endReading(after: node) }
        return hasGivenUp ? nil : node
    }

    /// Ends the reading where something follows the policy, and reports it unless it follows from an earlier mistake.
    private mutating func endReading(after node: JSONNode) {
        guard !hasStrayBracket else {
            diagnostics.isIncomplete = true
            hasGivenUp = true
            return
        }
        switch node.value {
        case .object, .array:
            let message =
                closesSomething
                ? "one \(bracket(position)) too many"
                : "the \(content) ended before this; delete this, or the extra closing bracket before it"
            abandon(message, at: position)
        default: abandon("a \(content) begins with \"{\" and ends with \"}\"", at: node.place.offset)
        }
    }

    // MARK: Values

    mutating func value() -> JSONNode {
        let start = position
        let value: JSONNode.Value
        switch current {
        case Ascii.openBrace?: value = object()
        case Ascii.openBracket?: value = array()
        case Ascii.quote?: value = string().map(JSONNode.Value.string) ?? .broken
        case let byte? where startsNumber(byte): value = number()
        case let byte? where Ascii.isLetterOrUnderscore(byte): value = word()
        default:
            if misquoted() == nil { unexpected(expected: "a value") }
            value = .broken
        }
        return JSONNode(value: value, place: Place(source: source, offset: start))
    }

    private mutating func array() -> JSONNode.Value {
        var elements: [JSONNode] = []
        bracketed(until: Ascii.closeBracket) { scanner in elements.append(scanner.value()) }
        return .array(elements)
    }

    private mutating func object() -> JSONNode.Value {
        var object = JSONObject()
        bracketed(until: Ascii.closeBrace) { scanner in
            guard let member = scanner.member() else {
                object.isDamaged = true
                return
            }
            if case .broken = member.value.value { object.isDamaged = true }
            if let first = object.add(member) {
                scanner.diagnostics.error(
                    "duplicate key \(quoted(member.name)); it is first given on line \(first.namePlace.location.line)",
                    at: member.namePlace
                )
            }
        }
        return .object(object)
    }

    private mutating func member() -> JSONMember? {
        let place = Place(source: source, offset: position)
        guard let name = memberName() else {
            skipNamelessValue()
            return nil
        }
        let end = position
        skipBlanks()
        switch current {
        case Ascii.colon?: position += 1
        case Ascii.equals?:
            report("write \":\" instead of \"=\"", at: position)
            position += 1
        default: report("\":\" is missing after \(quoted(name))", at: end)
        }
        skipBlanks()
        if current == nil || current == Ascii.comma || closesSomething {
            // A name without a colon was reported already.
            if !isRecovering, current != nil { report("the value of \(quoted(name)) is missing", at: position) }
            return nil
        }
        return JSONMember(name: name, namePlace: place, value: value())
    }

    private mutating func memberName() -> String? {
        switch current {
        case Ascii.quote?: return string()
        case let byte? where Ascii.isLetterOrUnderscore(byte):
            let start = position
            let name = takeWord()
            report("put \(quoted(name)) in double quotes", at: start)
            isRecovering = false
            return name
        case Ascii.openBrace?, Ascii.openBracket?:
            report("a name in double quotes is missing before this", at: position)
            _ = value()
            return nil
        default:
            if let name = misquoted() { return name }
            unexpected(expected: "a name in double quotes")
            return nil
        }
    }

    /// When a name can't be read, its value is skipped.
    private mutating func skipNamelessValue() {
        skipBlanks()
        guard current == Ascii.colon else { return }
        position += 1
        skipBlanks()
        if current != nil, current != Ascii.comma, !closesSomething { _ = value() }
    }

    // MARK: Brackets

    /// Reads the elements between two brackets. Commas separate them; a trailing comma is allowed.
    private mutating func bracketed(until closing: UInt8, element: (inout JSONScanner) -> Void) {
        let opening = position
        guard awaited.count < JSONScanner.depthLimit else {
            return abandon("nested more than \(JSONScanner.depthLimit) levels deep", at: opening)
        }
        position += 1
        awaited.append(closing)
        defer { awaited.removeLast() }

        var elementEnd: Int?
        while true {
            skipBlanks()
            guard !hasGivenUp else { return }
            guard let byte = current else {
                return abandon("this \(bracket(opening)) is never closed", at: opening)
            }
            switch byte {
            case closing:
                position += 1
                isRecovering = false
                return
            case Ascii.closeBrace, Ascii.closeBracket:
                return closeWrongly(opening: opening, with: byte, closing: closing)
            case Ascii.comma:
                if elementEnd == nil, !isRecovering { report("one comma too many", at: position) }
                position += 1
                elementEnd = nil
                isRecovering = false
            default:
                if let elementEnd, !isRecovering { report("a comma is missing here", at: elementEnd) }
                isRecovering = false
                let before = position
                element(&self)
                // Every element consumes something. If one doesn't, skip a character: never loop forever.
                if position == before { position += 1 }
                elementEnd = position
            }
        }
    }

    /// `[1, 2}`: if a bracket of that kind is open further out, this one closes it. Otherwise it is taken as a typing
    /// mistake for the expected bracket.
    private mutating func closeWrongly(opening: Int, with byte: UInt8, closing: UInt8) {
        if hasStrayBracket {
            isRecovering = true
        } else {
            let line = source.location(of: opening).line
            report(
                "\(bracket(position)) can't close the \(bracket(opening)) of line \(line)",
                at: position,
                expected: quoted(String(Unicode.Scalar(closing)))
            )
        }
        if awaited.dropLast().contains(byte) { hasStrayBracket = true } else { position += 1 }
    }

    private func bracket(_ offset: Int) -> String { quoted(String(Unicode.Scalar(source.bytes[offset]))) }

    // MARK: Reporting

    var current: UInt8? { position < source.bytes.count && !hasGivenUp ? source.bytes[position] : nil }

    mutating func report(_ message: String, at offset: Int, expected: String? = nil) {
        diagnostics.error(message, at: Place(source: source, offset: offset), expected: expected)
        isRecovering = true
        // The file isn't a policy at all: counting millions of mistakes would take too long.
        if diagnostics.errorCount > JSONScanner.mistakeLimit {
            diagnostics.isIncomplete = true
            hasGivenUp = true
        }
    }

    /// Reports a mistake after which the rest of the file can't be read.
    mutating func abandon(_ message: String, at offset: Int, expected: String? = nil) {
        report(message, at: offset, expected: expected)
        diagnostics.isIncomplete = true
        hasGivenUp = true
    }
}
