/// An immutable value behind one reference, so that a copy counts one reference instead of one for each part.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
