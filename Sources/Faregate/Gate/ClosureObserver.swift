/// An observer that wants events only.
struct ClosureObserver: GateObserver {
    let closure: @Sendable (GateEvent) -> Void

    func observe(_ event: GateEvent) { closure(event) }
}
