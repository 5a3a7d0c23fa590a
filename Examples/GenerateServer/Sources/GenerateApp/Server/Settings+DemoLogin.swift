import Faregate
import Foundation

extension Settings {
    /// Whether anybody may sign in by typing a name, and if not, why.
    public enum DemoLogin: Sendable, Hashable {
        case on
        /// `DEMO_LOGIN` turned it off.
        case offByChoice
        /// Other machines can reach the server.
        case offInPublic
        /// A payment provider's key is live: the accounts are real customers'.
        case offForLiveKey

        /// The reason why it is off and what to do about it; nil if it is on.
        public var explanation: String? {
            switch self {
            case .on: nil
            case .offByChoice: "DEMO_LOGIN is off"
            case .offInPublic:
                "this server can be reached from other machines, so a name is not enough to sign in; "
                    + "DEMO_LOGIN=on lets everybody in"
            case .offForLiveKey:
                "a payment provider's key is live, so a name is not enough to sign in; "
                    + "replace the demo login with your own sign-in"
            }
        }
    }

    /// Whether other machines can reach the server, directly or through a proxy.
    var isPublic: Bool { Settings.isPublic(host: host, origin: origin) }

    static func isPublic(host: String, origin: String) -> Bool {
        !isLoopback(host) || !isLoopback(URL(string: origin)?.host() ?? "")
    }

    /// Whether a name or an address certainly means this machine; `127.example.com` doesn't.
    static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return isIPv4 || ["localhost", "::1", "[::1]"].contains(host.lowercased())
    }
}

extension Settings.DemoLogin {
    /// - Parameter isWanted: the value of `DEMO_LOGIN`; nil if it is not set.
    init(isWanted: Bool?, isPublic: Bool, accounts: Settings.Accounts) throws(InvalidInput) {
        let live = accounts.liveSellers.map(\.title).joined(separator: " and ")
        switch isWanted {
        case true? where !live.isEmpty:
            throw InvalidInput(
                "DEMO_LOGIN is on and the key of \(live) is live, or isn't known to be a test key, so anybody could "
                    + "sign in as any customer by typing the name; unset DEMO_LOGIN, or use test keys"
            )
        case true?: self = .on
        case false?: self = .offByChoice
        case nil: self = !live.isEmpty ? .offForLiveKey : isPublic ? .offInPublic : .on
        }
    }
}

extension Settings.Accounts {
    fileprivate var liveSellers: [Settings.Seller] {
        guard case .providers(let sellers, _) = self else { return [] }
        return sellers.filter(\.isLive)
    }
}
