/// The error that a test's handler throws.
package struct HandlerFailed: Error {
    package init() {}
}
