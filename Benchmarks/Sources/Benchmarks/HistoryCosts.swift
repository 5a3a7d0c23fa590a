/// What is measured on a ledger with a past.
enum HistoryCost: Hashable {
    case call(callers: Int)
    case rolling(callers: Int)
    case keyed(callers: Int)
    case repeated
    case refusal
    case balance
    case page
    case recover
    case openCharges
    case explanation

    static let all: [HistoryCost] = [
        .call(callers: 64), .call(callers: 1), .rolling(callers: 64), .rolling(callers: 1), .keyed(callers: 64),
        .keyed(callers: 1), .repeated, .refusal, .balance, .page, .recover, .openCharges, .explanation,
    ]

    var callers: Int {
        switch self {
        case .call(let callers), .rolling(let callers), .keyed(let callers): callers
        default: 1
        }
    }

    var name: String {
        switch self {
        case .call(let callers): "a call, \(callers == 1 ? "1 caller" : "\(callers) callers")"
        case .rolling(let callers): "a call with a rolling limit, \(callers == 1 ? "1 caller" : "\(callers) callers")"
        case .keyed(let callers): "a call with a key, \(callers == 1 ? "1 caller" : "\(callers) callers")"
        case .repeated: "the repeat of a call with a key"
        case .refusal: "a refusal"
        case .balance: "a balance"
        case .page: "a page of history, 50 entries"
        case .recover: "looking for what the dead hold"
        case .openCharges: "the open charges"
        case .explanation: "explaining an old charge"
        }
    }
}
