/// The inbox of a ledger: every event that a payment provider sent, with what became of it.
public enum Inbox {}
