/// What a handler of a test throws.
package struct HandlerFailed: Error {
    package init() {}
}
