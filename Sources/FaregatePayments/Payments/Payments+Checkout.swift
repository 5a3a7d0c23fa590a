public import Faregate
import Foundation

/// Identifies the request that a checkout is opened for.
struct CheckoutKey: Hashable, Sendable {
    let account: AccountID
    let provider: String
    let request: ExactText
}

/// An open checkout, with the pack and the quantity that it sells.
struct OpenedCheckout: Sendable {
    let checkout: Purchase.Checkout
    let pack: String
    let quantity: Int
}

extension Payments {
    /// Opens a checkout at a provider: send the customer to its `url`. Nothing is charged before the customer pays
    /// there, and an abandoned checkout costs nothing.
    ///
    /// In the success URL, `{PURCHASE_ID}` is replaced by our id of the purchase, which ``confirm(_:of:)`` takes when
    /// the customer comes back. At Stripe, `{CHECKOUT_SESSION_ID}` is replaced by the session's id.
    ///
    /// The request is sent up to three times if another try can succeed; each try takes at most 15 seconds.
    ///
    /// - Parameters:
    ///   - name: the pack's name in the policy files.
    ///   - quantity: how many packs, within the policy's limits.
    ///   - account: the account that gets the credits.
    ///   - provider: the provider's name.
    ///   - successURL: the page after the payment: an http or https URL of at most 5000 bytes.
    ///   - cancelURL: the page after the customer cancels; the same rules apply.
    ///   - customerEmail: prefills the field on the provider's page.
    ///   - requestKey: calls with the same key get the same checkout while it is open, so that pressing the button
    ///     twice opens one checkout. It can be the request's `Idempotency-Key`. 1 to 255 bytes; if it is nil, every
    ///     call opens a new checkout.
    /// - Throws: ``Payments/CheckoutFailure``; then there is no page for the customer, and nothing is charged.
    public func checkout(
        pack name: String,
        quantity: Int = 1,
        for account: AccountID,
        provider: String,
        successURL: String,
        cancelURL: String,
        customerEmail: String? = nil,
        requestKey: String? = nil
    ) async throws(Payments.CheckoutFailure) -> Purchase.Checkout {
        let policy = policies.policy(at: clock.now)
        let seller = try seller(provider)
        let purchase = try purchase(name, quantity, for: account, seller, requestKey, policy)
        let order = try ProviderKit.CheckoutOrder(
            product: try product(purchase.pack, seller, policy),
            successURL: successURL.replacingOccurrences(of: "{PURCHASE_ID}", with: purchase.id.rawValue),
            cancelURL: cancelURL,
            checkedEmail: customerEmail
        )
        guard let requestKey else { return try await open(purchase, order, seller, policy) }
        let key = CheckoutKey(account: account, provider: seller.name, request: ExactText(requestKey))
        let opened = try await openings.answer(to: key, at: clock.now) {
            do throws(Payments.CheckoutFailure) {
                return .success(try await openOnce(purchase, order, seller, policy))
            } catch {
                return .failure(error)
            }
        }.get()
        guard opened.pack == purchase.pack, opened.quantity == quantity else { throw .keyReused }
        return opened.checkout
    }

    private func openOnce(
        _ purchase: Purchase,
        _ order: ProviderKit.CheckoutOrder,
        _ seller: any PaymentProvider,
        _ policy: Policy
    ) async throws(Payments.CheckoutFailure) -> OpenedCheckout {
        do throws(LedgerError) {
            let open = try await ledger.openCheckout(
                of: purchase.account,
                provider: seller.name,
                request: purchase.requestKey ?? "",
                at: clock.now
            )
            if let open, let opened = try await opened(open) { return opened }
        } catch {
            throw .ledger(error)
        }
        let checkout = try await self.open(purchase, order, seller, policy)
        do throws(LedgerError) {
            // Another process may have opened a checkout for the same request first.
            if checkout.purchase != purchase.id, let opened = try await opened(checkout) { return opened }
        } catch {
            throw .ledger(error)
        }
        return OpenedCheckout(checkout: checkout, pack: purchase.pack, quantity: purchase.quantity)
    }

    private func opened(_ checkout: Purchase.Checkout) async throws(LedgerError) -> OpenedCheckout? {
        try await ledger.purchases(.one(checkout.purchase)).first.map {
            OpenedCheckout(checkout: checkout, pack: $0.purchase.pack, quantity: $0.purchase.quantity)
        }
    }

    private func open(
        _ purchase: Purchase,
        _ order: ProviderKit.CheckoutOrder,
        _ seller: any PaymentProvider,
        _ policy: Policy
    ) async throws(Payments.CheckoutFailure) -> Purchase.Checkout {
        do throws(LedgerError) {
            try await ledger.record(purchase, under: policy.planBook, at: clock.now)
        } catch {
            guard error.code == .tooManyOpen else { throw .ledger(error) }
            let milliseconds =
                error.retryAt?.milliseconds(since: clock.now) ?? Purchase.OpenCheckoutLimit.openMilliseconds
            throw .tooManyOpen(retryAfter: .milliseconds(milliseconds))
        }
        let checkout: Purchase.Checkout
        do throws(Payments.CheckoutFailure) { checkout = try await ask(seller, for: purchase, order) } catch {
            observer(.notOpened(purchase.id, error))
            if error.openedNothing { await close(purchase) }
            throw error
        }
        do throws(LedgerError) {
            let (attached, change) = try await ledger.attach(checkout, to: purchase.id, at: clock.now)
            if let change { report([change], .checkout) }
            return attached
        } catch {
            throw .ledger(error)
        }
    }
}

extension Payments {
    /// Lets a purchase without a checkout count as expired, so that the account may open another. If the ledger can't
    /// record it, the purchase counts as open for ``Purchase/OpenCheckoutLimit/openingMilliseconds``.
    private func close(_ purchase: Purchase) async {
        let event = Purchase.Event(names: Purchase.Names(purchase: purchase.id.rawValue), fact: .expired)
        let changes = try? await ledger.record([event], of: purchase.provider, isRehearsal: false, at: clock.now)
        report(changes ?? [], .noCheckout)
    }

    private func seller(_ name: String) throws(Payments.CheckoutFailure) -> any PaymentProvider {
        guard let provider = providers[name] else { throw .unknownProvider(name) }
        return provider
    }

    private func purchase(
        _ name: String,
        _ quantity: Int,
        for account: AccountID,
        _ seller: any PaymentProvider,
        _ requestKey: String?,
        _ policy: Policy
    ) throws(Payments.CheckoutFailure) -> Purchase {
        guard let pack = policy.packs[name] else {
            throw .unknownPack(name, nearest: nearestName(to: name, among: policy.packs.keys))
        }
        do throws(InvalidInput) {
            return try Purchase(
                id: .random(),
                provider: seller.name,
                account: account,
                pack: pack,
                quantity: quantity,
                policyVersion: policy.version,
                requestKey: try requestKey.map { text throws(InvalidInput) in try checked(text, is: "a request key") },
                allowsDiscounts: seller.allowsDiscounts
            )
        } catch {
            throw .invalidInput(error)
        }
    }

    private func product(
        _ pack: String,
        _ seller: any PaymentProvider,
        _ policy: Policy
    ) throws(Payments.CheckoutFailure) -> String {
        guard let product = policy.packs[pack]?.products[seller.name] else {
            throw .notForSale(pack: pack, provider: seller.name)
        }
        return product
    }
}

extension Payments.CheckoutFailure {
    /// Whether the provider surely has no checkout that the customer could pay. Its answer may also have been lost.
    fileprivate var openedNothing: Bool {
        switch self {
        case .invalidEmail, .provider(_, .misconfigured), .provider(_, .unknownCustomer), .provider(_, .priceMismatch):
            true
        // The request may have succeeded: 408 Request Timeout, 409 Conflict.
        case .provider(_, .declined(let decline)): ![408, 409].contains(decline.status) && decline.status < 500
        default: false
        }
    }
}

extension ProviderKit.CheckoutOrder {
    /// Checks the input that comes from outside.
    fileprivate init(
        product: String,
        successURL: String,
        cancelURL: String,
        checkedEmail: String?
    ) throws(Payments.CheckoutFailure) {
        guard checkedEmail.map(isEmailAddress) ?? true else { throw .invalidEmail }
        do throws(InvalidInput) {
            // Stripe replaces the placeholder. A valid URL has no braces.
            try checkWebPage(
                successURL.replacingOccurrences(of: "{CHECKOUT_SESSION_ID}", with: "cs_1"),
                is: "success URL"
            )
            try checkWebPage(cancelURL, is: "cancel URL")
            self.init(
                product: product,
                successURL: successURL,
                cancelURL: cancelURL,
                customerEmail: checkedEmail
            )
        } catch {
            throw .invalidInput(error)
        }
    }
}

/// Whether the text can be an e-mail address: catches common typing errors. Providers check more closely.
private func isEmailAddress(_ text: String) -> Bool {
    guard (try? checked(text, is: "an e-mail address")) != nil else { return false }
    return text.wholeMatch(of: /[^@\s]+@[^@\s]+/) != nil
}

/// Stripe accepts at most 5000 characters.
private func checkWebPage(_ text: String, is what: String) throws(InvalidInput) {
    guard text.utf8.count <= 5000, URL(webPage: text) != nil else {
        throw InvalidInput("the \(what) is not an http or https URL of at most 5000 bytes")
    }
}
