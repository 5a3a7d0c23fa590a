package import Faregate
import FaregatePayments
package import FaregateSandbox
package import FaregateTesting

extension SampleShop {
    /// The shop and the provider account that a sale needs.
    package init(
        for happening: HowSalesEnd.Happening, at kind: PaymentSandbox.Provider, clock: ManualClock = ManualClock()
    ) throws {
        var offers = SandboxOffers()
        offers.coupons = SampleShop.coupons
        offers.taxIsWithin = happening == .taxWithin
        offers.currencies = ["pack_1": [Money(minorUnits: 900, currency: "EUR")]]
        let isTaxed: Set<HowSalesEnd.Happening> = [
            .taxOnTop, .taxWithin, .couponAndTax, .refundOfTax, .refundOfTaxAndPart,
        ]
        let (stripe, dodo) = try SampleShop.discounts(of: happening)
        try self.init(
            kind,
            taxPercent: isTaxed.contains(happening) ? 20 : 0,
            offers: offers,
            stripe: Stripe.CheckoutOptions(
                automaticTax: isTaxed.contains(happening),
                keepsCustomers: happening == .keptCustomer,
                discounts: stripe
            ),
            dodo: Dodo.CheckoutOptions(keepsCustomers: happening == .keptCustomer, discounts: dodo),
            clock: clock
        )
    }

    private static func discounts(
        of happening: HowSalesEnd.Happening
    ) throws -> (Stripe.CheckoutOptions.Discounts, Dodo.CheckoutOptions.Discounts) {
        switch happening {
        case .coupon, .couponAndTax, .refundOfPartAfterCoupon: (.coupon("quarter"), .code("QUARTER"))
        case .freeOrder: (.coupon("all"), .code("ALL"))
        case .code: (.promotionCodes, .codes)
        default: (.none, .none)
        }
    }

    /// Opens a checkout and performs the sale's acts there. Their webhooks wait in the sandbox's queue.
    package func make(_ happening: HowSalesEnd.Happening) async throws -> Purchase.Checkout {
        let opened = try await open(quantity: happening == .quantity ? 3 : 1)
        func performAll(_ acts: SandboxAct...) throws { for act in acts { try perform(act, on: opened.id) } }
        switch happening {
        case .paid, .quantity, .taxOnTop, .taxWithin, .coupon, .freeOrder, .couponAndTax, .keptCustomer:
            try performAll(.pay)
        case .code: try performAll(.enterCode("QUARTER"), .pay)
        case .localCurrency: try performAll(.payLocally("JPY"))
        case .chosenCurrency: try performAll(.payLocally("EUR"))
        case .delayed: try performAll(.payLater)
        case .arrived: try performAll(.payLater, .arrive)
        case .bounced: try performAll(.payLater, .bounce)
        case .refundOfPart: try performAll(.pay, .refund(300))
        case .refundOfPartAfterCoupon: try performAll(.pay, .refund(375))
        case .refundOfTax: try performAll(.pay, .refund(200))
        case .refundOfTaxAndPart: try performAll(.pay, .refund(200), .refund(300))
        case .refundOfAll: try performAll(.pay, .refund(nil))
        case .failedRefund: try performAll(.pay, .refund(nil), .failRefund(""))
        case .dispute: try performAll(.pay, .dispute(nil))
        case .disputeWon, .disputeLost:
            try performAll(.pay, .dispute(nil))
            // Dodo has taken the money already.
            if sandbox.provider == .stripe { try performAll(.withdrawFunds("")) }
            try performAll(happening == .disputeWon ? .win("") : .lose(""))
        case .disputeLostInPart:
            try performAll(.pay, .refund(100), .dispute(nil), .withdrawFunds(""), .lose(""), .reinstateFunds("", 100))
        case .otherCart:
            try sandbox.fillCart(of: opened.id, with: "another")
            try performAll(.pay)
        }
        return opened
    }
}
