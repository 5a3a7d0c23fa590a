import Foundation
import FuzzTargets

/// Named by the environment, so that one program serves all.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FAREGATE_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else { fatalError("no fuzz target is called \"\(name)\"") }
    return target
}()

/// What libFuzzer calls: https://llvm.org/docs/LibFuzzer.html#fuzz-target
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
