/// An immutable value behind one reference, so that copying it updates one reference count instead of one for each
/// part.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
