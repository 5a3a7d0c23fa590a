import Foundation

/// The seed of a run's random tests, which the run prints. `FAREGATE_SEED` replays a run.
package let seed: UInt64 = {
    let given = ProcessInfo.processInfo.environment["FAREGATE_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 1 ... .max)
    print("FAREGATE_SEED=\(seed)")
    return seed
}()
