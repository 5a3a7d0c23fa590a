/// The inbox of a ledger: every event that a payment provider sent, with its state.
public enum Inbox {}
