/// What makes a grant unique within its account: the same reference again grants nothing.
///
/// A ledger makes references of its own for what plans and purchases grant, which nobody else may use: those that begin
/// with `plan:`, `opening:` or `pur_`, and a purchase's id behind the name of its provider and a colon.
public struct GrantReference: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters, and none of a ledger's own.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "a grant's reference")
        let name = rawValue.utf8
        if name.starts(with: "plan:".utf8) || name.starts(with: "opening:".utf8) {
            throw InvalidInput("references that begin with plan: or opening: are those of plans; choose another one")
        }
        let id =
            name.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).last ?? name[...]
        if name.starts(with: "pur_".utf8) || id.starts(with: "pur_".utf8) {
            throw InvalidInput(
                "\(string) is a purchase, which grants its credits by itself once its payment is on record; to grant one that "
                    + "waits for a person say faregate purchases approve, and for anything else choose another reference"
            )
        }
    }
}
