import Faregate

/// `faregate refund CHARGE --reason TEXT`
enum Refund: Command {
    static let name = "refund"
    static let synopsis = "CHARGE --reason TEXT"
    static let summary = "give back the credits that a finished call cost"
    static let example = "refund 4711 --reason \"the picture was blank\""
    static let options: [Option] = [
        .database, .policies, .reason, .by,
        Option(name: "credits", value: "N", help: "give back only N credits (default: all that the call cost)"),
    ]
    static let details = """
        Credits of a call are given back once, whatever the amount. The call stays
        settled, and limits still count it. The credits are a grant: they pay a debt
        first, and expire with the credits that paid for the call, but not in the next
        30 days. A failed call is refunded automatically.
        """

    private struct Answer: Encodable {
        let charge: ChargeID
        let account: AccountID
        let isNew: Bool
        let givenBack: Ledger.GivenBack
        let balance: AccountBalance
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let charge = try charge(context.words("CHARGE")[0])
        let credits = try credits(context)
        let note = try context.note()
        let policy = try context.policyIfAny()
        return try await context.withLedger { ledger in
            let result = try await context.gate(on: ledger, under: policy).giveBack(
                charge, credits: credits, reason: note.reason, by: note.by)
            guard let account = try await ledger.explain(charge)?.account else {
                throw Failure.refused(refusal(.unknownCharge, charge))
            }
            let balance = try await ledger.balance(of: account, at: context.clock.now) ?? AccountBalance()
            let (made, isNew) = try made(result, charge)
            let answer = Answer(charge: charge, account: account, isNew: isNew, givenBack: made, balance: balance)
            try context.show(answer, as: text(answer))
            // Repeating the command succeeds; asking for a different amount is refused.
            return isNew || credits == nil || credits == made.credits ? .done : .refused
        }
    }

    private static func charge(_ word: String) throws -> ChargeID {
        guard let number = Int64(word), number > 0 else {
            throw Failure.misuse("name a charge by its number, as in faregate history ACCOUNT, not \"\(word)\"")
        }
        return ChargeID(rawValue: number)
    }

    private static func credits(_ context: Context) throws -> Credits? {
        guard let word = try context.arguments.value("credits") else { return nil }
        guard let credits = Int64(word).flatMap(Credits.init(rawValue:)), credits > 0 else {
            throw Failure.misuse("--credits is a whole number of 1 or more, not \"\(word)\"")
        }
        return credits
    }

    private static func made(_ result: GiveBackResult, _ charge: ChargeID) throws -> (Ledger.GivenBack, isNew: Bool) {
        switch result {
        case .givenBack(let made): (made, true)
        case .alreadyGivenBack(let made): (made, false)
        default: throw Failure.refused("\(refusal(result, charge)); nothing was given back")
        }
    }

    private static func text(_ answer: Answer) -> String {
        let (made, account) = (answer.givenBack, answer.account)
        let purpose = made.actions.map { " for \(listInWords($0))" } ?? ""
        let credits = count(made.credits.rawValue, "credit") + purpose
        let lines =
            answer.isNew
            ? [
                "gave \(credits) back to \(account) for charge \(answer.charge)",
                made.expiresAt == .never ? "  they never expire" : "  they expire on \(made.expiresAt.toSecond)",
            ]
            : [
                "\(credits) of charge \(answer.charge): already given back on \(made.at.toSecond) by \(made.by.printable)",
                "nothing was added: credits of a call are given back once; to give more: faregate grant \(account) N --reason …",
            ]
        return (lines + [has(account, answer.balance)]).joined(separator: "\n")
    }

    private static func refusal(_ result: GiveBackResult, _ charge: ChargeID) -> String {
        switch result {
        case .stillOpen: "charge \(charge) is still open: it is settled or refunded when its call ends"
        case .refunded: "charge \(charge) was refunded when its call ended, so it cost nothing"
        case .costNothing: "charge \(charge) cost nothing"
        case .moreThanCost(let cost): "charge \(charge) cost only \(count(cost.rawValue, "credit"))"
        case .unknownCharge, .givenBack, .alreadyGivenBack:
            "the ledger has no charge \(charge); if it was moved to an archive, use faregate grant"
        }
    }
}
