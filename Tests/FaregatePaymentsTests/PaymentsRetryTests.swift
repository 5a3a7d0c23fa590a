import Faregate
import FaregatePayments
import FaregateTesting
import Testing

@Suite(.timeLimit(.minutes(10))) struct PaymentsRetryTests {
    @Test("While the ledger fails, the pauses double up to a minute, and then are as before")
    func backoff() async throws {
        let shop = Shop()
        shop.ledger.fail(.inbox, times: 5)
        let payments = try shop.payments()
        let loop = Task { await payments.run(pauseMilliseconds: 5000) }
        await shop.clock.waitForSleeper()
        for pause in [10_000, 20_000, 40_000, 60_000, 60_000, 5000, 5000] as [Int64] {
            let asked = shop.ledger.steps.count
            shop.clock.advance(milliseconds: pause - 1)
            #expect(shop.ledger.steps.count == asked)
            shop.clock.advance(milliseconds: 1)
            // Who was not woken sleeps still.
            await shop.clock.waitForSleeper()
            #expect(shop.ledger.steps.count == asked + 1)
        }
        #expect(shop.events.all.count == 5)
        loop.cancel()
        await loop.value
    }

    @Test("A task that is cancelled looks no more")
    func cancelled() async throws {
        let shop = Shop()
        let payments = try shop.payments()
        let loop = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await payments.run()
        }
        await loop.value
        #expect(shop.ledger.steps.isEmpty)
    }
}
