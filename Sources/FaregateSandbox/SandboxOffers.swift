public import Faregate

/// What a sandbox's account offers besides plain prices: coupons, taxes and other settings.
public struct SandboxOffers: Sendable {
    /// A coupon, with the code that customers type for it.
    public struct Coupon: Sendable, Hashable {
        public enum Off: Sendable, Hashable {
            /// 1 to 100.
            case percent(Int)
            /// An amount off the whole order, if the order is in this currency.
            case amount(Money)
        }

        public let id: String
        public let code: String
        public let off: Off

        public init(id: String, code: String, off: Off) {
            (self.id, self.code, self.off) = (id, code, off)
        }

        /// Stripe's id of the code.
        public var promotionCode: String { "promo_\(id)" }
    }

    /// A product setting that makes every payment differ from the sale.
    public enum Trait: String, Sendable, CaseIterable {
        /// The customer chooses the amount: Stripe's `custom_unit_amount`, Dodo's `pay_what_you_want`.
        case customAmount
        /// The page offers another product too: Stripe's `optional_items`, Dodo's add-ons.
        case crossSells
        /// Dodo only.
        case purchasingPowerParity, localizedPrices
    }

    /// Whether prices include the tax.
    public var taxIsWithin = false
    public var coupons: [Coupon] = []
    /// The prices of each product in other currencies: Stripe's `currency_options`.
    public var currencies: [String: [Money]] = [:]
    public var traits: [String: Set<Trait>] = [:]
    /// Whether Stripe reports refunds in the customer's own currency, if the customer paid in it.
    public var reportsRefundsInLocalCurrency = false

    public init() {}

    func coupon(code: String) -> Coupon? { coupons.first { $0.code == code } }
}

/// The amounts of an order.
struct SandboxBill: Sendable {
    /// The whole cart, before discount and added tax.
    var price: Money
    var taxPercent: Int64
    var taxIsWithin: Bool
    var coupon: SandboxOffers.Coupon?
    /// Amounts are multiples of this, in minor units: Stripe has no decimals for the ariary.
    var unit: Int64 = 1

    /// In minor units, at most the whole price.
    var discount: Int64 {
        switch coupon?.off {
        case nil: 0
        case .percent(let percent): rounded(price.minorUnits * Int64(percent) / 100)
        case .amount(let money): money.currency == price.currency ? min(price.minorUnits, money.minorUnits) : 0
        }
    }

    private var net: Int64 { price.minorUnits - discount }

    /// In minor units: part of the total, or added to the price.
    var tax: Int64 { taxIsWithin ? net - rounded(net * 100 / (100 + taxPercent)) : rounded(net * taxPercent / 100) }

    var total: Money { Money(minorUnits: net + (taxIsWithin ? 0 : tax), currency: price.currency) }

    private func rounded(_ minorUnits: Int64) -> Int64 { minorUnits / unit * unit }
}

/// The products of a sandbox, and the address of its pages.
struct SandboxShelf: Sendable {
    let pages: String
    let taxPercent: Int64
    let offers: SandboxOffers
    let price: @Sendable (String) -> Money?

    /// - Parameters:
    ///   - currency: nil for the product's own.
    ///   - isTaxed: whether tax is calculated at all.
    /// - Returns: nil if there is no such product, if it has no price in this currency, or if the total overflows.
    func bill(_ product: String, quantity: Int, in currency: String? = nil, isTaxed: Bool = true) -> SandboxBill? {
        guard let own = price(product) else { return nil }
        let prices = [own] + (offers.currencies[product] ?? [])
        guard let one = prices.first(where: { $0.currency == currency ?? own.currency }) else { return nil }
        let (all, overflow) = one.minorUnits.multipliedReportingOverflow(by: Int64(quantity))
        guard !overflow, all <= 999_999_999_999 else { return nil }
        return SandboxBill(
            price: Money(minorUnits: all, currency: one.currency),
            taxPercent: isTaxed ? taxPercent : 0,
            taxIsWithin: offers.taxIsWithin
        )
    }

    func has(_ trait: SandboxOffers.Trait, _ product: String) -> Bool {
        offers.traits[product]?.contains(trait) == true
    }
}
