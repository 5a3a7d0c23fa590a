import Faregate
import Testing

@Suite("The input of a withdrawal") struct WithdrawalInputTests {
    @Test("A withdrawal of no credits is invalid")
    func withdrawal() throws {
        let note = try Ledger.Note(by: "eva", reason: "test")
        #expect(throws: InvalidInput("a withdrawal must take 1 credit or more; this one takes 0")) {
            try Withdrawal(account: "ana", credits: 0, reference: "nothing", note: note)
        }
    }
}
