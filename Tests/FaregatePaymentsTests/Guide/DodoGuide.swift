import Faregate
import FaregatePayments
import Testing

/// The code of the guide about Dodo Payments, run as it is printed there. ``GuideTests`` finds each block of the guide here.
@Suite struct DodoGuide {
    private let secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test("Key, secret and mode are all that it takes")
    func plain() throws {
        let (key, secret) = (try Secret("key"), try Secret(secretText))
        let dodo = try Dodo(key: key, webhookSecrets: [secret], mode: .live)
        #expect(dodo.mode == .live && !dodo.allowsDiscounts && !dodo.keepsCustomers)
    }

    @Test("Options of a checkout are taken")
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
