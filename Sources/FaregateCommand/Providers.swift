import Faregate
import FaregatePayments
import Foundation

/// The payment providers that the environment sets up.
enum Providers {
    static let names = [Stripe.name, Dodo.name]

    static func named(_ name: String, in environment: [String: String]) throws -> any PaymentProvider {
        switch name {
        case Stripe.name: return try Stripe(environment: environment)
        case Dodo.name: return try Dodo(environment: environment)
        default:
            let nearest = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Failure.misuse("there is no payment provider \"\(name.printable)\"\(nearest)")
        }
    }

    /// All providers, without keys: reading stored events needs none.
    static var readers: [any PaymentProvider] {
        get throws { try names.map { try named($0, in: [:]) } }
    }
}

extension Payments {
    /// For commands that sell nothing.
    init(_ providers: [any PaymentProvider], _ ledger: Ledger, _ clock: any WallClock) {
        self.init(providers: providers, ledger: ledger, policies: Policy.empty, clock: clock)
    }
}
