/// One gated call that was let through: what it costs and why, for the handler to look at.
public struct Charge: Sendable, Hashable {
    public let id: ChargeID
    public let account: AccountID
    public let member: MemberID?
    public let action: String
    public let cost: Credits
    /// The line of the policy that set the price.
    public let rule: SourceLocation
    public let policyVersion: String

    init(id: ChargeID, call: Call, quote: Quote) {
        self.id = id
        account = call.account
        member = call.member
        action = quote.action
        cost = quote.costTaken
        rule = quote.rule
        policyVersion = quote.policyVersion
    }
}
