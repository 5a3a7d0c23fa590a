import Faregate
import FaregatePayments
import Testing

/// The code of the guide about Dodo Payments, run as printed there. ``GuideTests`` finds each block of the guide here.
@Suite struct DodoGuide {
    private let secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test("The guide's Dodo provider needs only a key, a secret and a mode")
    func plain() throws {
        let (key, secret) = (try Secret("key"), try Secret(secretText))
        let dodo = try Dodo(key: key, webhookSecrets: [secret], mode: .live)
        #expect(dodo.mode == .live && !dodo.allowsDiscounts && !dodo.keepsCustomers)
    }

    @Test("The guide's checkout options are accepted")
    func options() throws {
        let (key, secret) = (try Secret("key"), try Secret(secretText))
        let dodo = try Dodo(
            key: key,
            webhookSecrets: [secret],
            checkout: try Dodo.CheckoutOptions(keepsCustomers: true, discounts: .codes, language: "de"),
            mode: .live
        )
        #expect(dodo.allowsDiscounts && dodo.keepsCustomers)
    }
}
