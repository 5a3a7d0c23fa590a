package import Faregate

extension Refusal.Record {
    /// A refusal for want of credits.
    package static func some(of account: AccountID = "ana", action: String = "generate", at moment: Timestamp)
        -> Refusal.Record
    {
        Refusal.Record(
            id: .random(), at: moment, account: account, action: action,
            kind: "insufficient-credits", detail: "you need 10 credits, you have 4", shortfall: 6
        )
    }
}
