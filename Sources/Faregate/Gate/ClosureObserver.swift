/// Turns a closure into an observer of events.
struct ClosureObserver: GateObserver {
    let closure: @Sendable (GateEvent) -> Void

    func observe(_ event: GateEvent) { closure(event) }
}
