/// What every peer does: the same calls, for the same accounts, in the same order.
public struct Workload: Sendable {
    /// What each call costs.
    public static let cost = 10
    /// What each account has: more than a benchmark can spend.
    public static let credits = 1_000_000_000
    /// How many calls a day's and a month's limit takes: checked and counted each time, never reached.
    public static let limit = 1_000_000_000

    /// Accounts are numbered from 1.
    public let accounts: Int
    /// Whose call comes when: the numbers of accounts, shuffled, over and over.
    public let order: [Int32]

    /// - Parameters:
    ///   - accounts: how many there are.
    ///   - draws: how long the order is before it repeats.
    public init(accounts: Int, draws: Int = 1 << 16) {
        self.accounts = accounts
        var random = SplitMix(state: 0x5EED)
        order = (0..<draws).map { _ in Int32(random.next() % UInt64(accounts)) + 1 }
    }

    /// Few accounts make most of the calls: the r-th of them calls r times less often than the first (Zipf's law with
    /// exponent 1). Which account comes r-th is drawn too, so that the busy ones don't lie side by side.
    ///
    /// - Parameters:
    ///   - accounts: how many there are.
    ///   - draws: how long the order is before it repeats.
    public init(zipfOver accounts: Int, draws: Int = 1 << 18) {
        self.accounts = accounts
        var random = SplitMix(state: 0x5EED)
        let accountOfRank = (1...accounts).shuffled(using: &random)
        var sum = 0.0
        let sums = (1...accounts).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
        order = (0..<draws).map { _ in
            let point = Double.random(in: 0..<sum, using: &random)
            return Int32(accountOfRank[firstIndex(above: point, in: sums)])
        }
    }

    /// A number of accounts; `zipf` before it for few busy ones among them.
    public init?(named name: String) {
        if let accounts = Int(name) {
            self.init(accounts: accounts)
        } else if name.hasPrefix("zipf"), let accounts = Int(name.dropFirst(4)) {
            self.init(zipfOver: accounts)
        } else {
            return nil
        }
    }

    public static func name(of account: Int) -> String { "account-\(account)" }

    /// Where one of many callers begins in the order, so that they don't go in step.
    public func start(of caller: Int, among callers: Int) -> Int { order.count / max(1, callers) * caller }
}

/// Of numbers in order: by halves.
private func firstIndex(above point: Double, in sums: [Double]) -> Int {
    var (low, high) = (0, sums.count - 1)
    while low < high {
        let middle = (low + high) / 2
        if sums[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low
}

/// A generator that gives the same numbers everywhere. http://prng.di.unimi.it/splitmix64.c
public struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
