import Faregate

extension Payments {
    /// Opens the checkout for the account's customer at the provider, if ``PaymentProvider/keepsCustomers`` is true. If
    /// the provider no longer has that customer, makes a new one, and tries only once more.
    func ask(
        _ seller: any PaymentProvider,
        for purchase: Purchase,
        _ order: ProviderKit.CheckoutOrder
    ) async throws(Payments.CheckoutFailure) -> Purchase.Checkout {
        var order = order
        order.customer = try await customer(of: purchase, order, seller)
        do throws(ProviderKit.Failure) {
            return try await seller.open(purchase, order)
        } catch .unknownCustomer where order.customer != nil {
            order.customer = try await customer(of: purchase, order, seller, insteadOf: order.customer)
        } catch {
            throw Payments.CheckoutFailure(error, opening: purchase.pack)
        }
        do throws(ProviderKit.Failure) {
            return try await seller.open(purchase, order)
        } catch {
            throw Payments.CheckoutFailure(error, opening: purchase.pack)
        }
    }

    private func customer(
        of purchase: Purchase,
        _ order: ProviderKit.CheckoutOrder,
        _ seller: any PaymentProvider,
        insteadOf lost: String? = nil
    ) async throws(Payments.CheckoutFailure) -> String? {
        guard seller.keepsCustomers else { return nil }
        let (account, provider) = (purchase.account, purchase.provider)
        do throws(LedgerError) {
            if let lost {
                try await ledger.drop(customer: lost, of: account, provider: provider)
            } else if let known = try await ledger.customer(of: account, provider: provider) {
                return known
            }
        } catch {
            throw .ledger(error)
        }
        let made: String?
        do throws(ProviderKit.Failure) {
            made = try await seller.makeCustomer(of: account, email: order.customerEmail, insteadOf: lost)
        } catch {
            throw Payments.CheckoutFailure(error, opening: purchase.pack)
        }
        guard let made else { return nil }
        do throws(LedgerError) {
            return try await ledger.keep(customer: made, of: account, provider: provider, at: clock.now)
        } catch {
            throw .ledger(error)
        }
    }
}

extension Payments.CheckoutFailure {
    /// An e-mail address that the provider refuses is the customer's mistake, not the server's.
    fileprivate init(_ error: ProviderKit.Failure, opening pack: String) {
        if case .invalidEmail = error { self = .invalidEmail } else { self = .provider(pack: pack, error) }
    }
}
