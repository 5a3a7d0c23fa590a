import Foundation

/// Random bytes that were fetched and are not used yet.
private let unused = Mutex<[UInt8]>([])

extension [UInt8] {
    /// Bytes from the system's random source, fetched 256 at a time, because each fetch is a system call.
    /// [getentropy](https://man7.org/linux/man-pages/man3/getentropy.3.html)
    ///
    /// - Parameter count: at most 256.
    package static func random(count: Int) -> [UInt8] {
        unused.withLock { unused in
            if unused.count < count {
                unused = [UInt8](repeating: 0, count: 256)
                let result = unused.withUnsafeMutableBytes { $0.baseAddress.map { getentropy($0, 256) } ?? 0 }
                precondition(result == 0, "the system's random source failed")
            }
            defer { unused.removeLast(count) }
            return Array(unused.suffix(count))
        }
    }
}
