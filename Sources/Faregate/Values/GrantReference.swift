/// A name that makes a grant unique within its account: a second grant with the same reference does nothing.
///
/// References that begin with `plan:`, `opening:` or `pur_`, or have `pur_` after their first colon (as in
/// `stripe:pur_…`), are reserved for the grants of plans and purchases; those that begin with `refund:` for
/// credits given back with ``Gate/giveBack(_:credits:reason:by:)``.
public struct GrantReference: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters, and not reserved.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "a grant's reference")
        let name = rawValue.utf8
        if name.starts(with: "plan:".utf8) || name.starts(with: "opening:".utf8) {
            throw InvalidInput(
                "references that begin with plan: or opening: are reserved for plans; choose another reference")
        }
        if name.starts(with: "refund:".utf8) {
            throw InvalidInput(
                "references that begin with refund: are reserved for credits that faregate refund gives back; choose "
                    + "another reference")
        }
        let id =
            name.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).last ?? name[...]
        if name.starts(with: "pur_".utf8) || id.starts(with: "pur_".utf8) {
            throw InvalidInput(
                "\(string) refers to a purchase; its credits are granted when its payment is recorded. If the purchase "
                    + "waits for a person, run faregate purchases approve. To grant other credits, choose another "
                    + "reference"
            )
        }
    }
}
