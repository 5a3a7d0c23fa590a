import Foundation

/// The seed of a run's random tests. Set FAREGATE_SEED to replay a run.
let seed = ProcessInfo.processInfo.environment["FAREGATE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1 ... .max)
