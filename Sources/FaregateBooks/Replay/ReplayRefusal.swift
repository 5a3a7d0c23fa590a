/// Why a call would have been refused.
enum ReplayRefusal: CustomStringConvertible {
    /// The limit in words.
    case limit(String)
    case credits(needed: Int64, available: Int64)

    var description: String {
        switch self {
        case .limit(let sentence): "limit: \(sentence)"
        case .credits(let needed, let available): "needs \(ReplayTally.text(needed)), has \(available)"
        }
    }
}
