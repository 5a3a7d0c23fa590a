/// A value of many parts that never changes, handed on as one: to copy it is to count one reference, not one for each part.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
