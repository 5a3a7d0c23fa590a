import Dispatch
import Faregate
import Foundation

/// A command that runs in the foreground, with our terminal, our standard streams and our environment.
///
/// Foundation's `Process` puts a child into its own process group, where it could not read from the terminal.
final class ChildProcess: Sendable {
    /// The command could not be started.
    struct NotStarted: Error, CustomStringConvertible {
        let command: String
        let code: Int32

        var description: String { "\(command) can't be started: \(String(cString: strerror(code)))" }

        /// As in shells: 127 if there is no such command, 126 if it can't be run.
        var exitCode: Int32 { code == ENOENT ? 127 : 126 }
    }

    private let words: [String]
    /// The running command. Its process id is valid only while it runs.
    private let running = Mutex<pid_t?>(nil)
    private let ended = DispatchGroup()

    init(_ words: [String]) {
        self.words = words
    }

    /// Cancelling the task ends the command.
    ///
    /// - Returns: the exit code, or 128 plus the number of the signal that ended the command.
    func run() async throws -> Int32 {
        // This process stays alive to close the charge. The terminal sends Ctrl-C to the command; other signals are
        // passed on.
        for number in ChildProcess.fromTerminal + ChildProcess.forwarded { signal(number, SIG_IGN) }
        let process = try ChildProcess.start(words)
        running.withLock { $0 = process }
        let sources = ChildProcess.forwarded.map(forward)
        defer { for source in sources { source.cancel() } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                ended.enter()
                Thread.detachNewThread { [self] in
                    continuation.resume(returning: wait(for: process))
                    ended.leave()
                }
            }
        } onCancel: {
            terminate()
        }
    }

    /// Returns when the command has ended.
    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }

    private static let graceSeconds = 5

    /// Asks the command to end, and kills it if it doesn't.
    private func terminate() {
        send(SIGTERM)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(ChildProcess.graceSeconds)) { self.send(SIGKILL) }
    }

    private func send(_ number: Int32) {
        running.withLock { process in
            if let process { kill(process, number) }
        }
    }

    private func forward(_ number: Int32) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { self.send(number) }
        source.resume()
        return source
    }

    /// The signals that are passed on to the command. A signal that we ignore from the start (`nohup`) stays ignored.
    private static let forwarded = [SIGTERM, SIGHUP].filter { !isIgnored($0) }
    /// The signals that the terminal sends to the command itself.
    private static let fromTerminal = [SIGINT, SIGQUIT].filter { !isIgnored($0) }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
        #else
        let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func start(_ words: [String]) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in fromTerminal + forwarded { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Dispatch blocks signals on its threads, and a child inherits the blocked set.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, words[0], nil, &attributes, &arguments, environ)
        guard code == 0 else { throw NotStarted(command: words[0], code: code) }
        return process
    }

    private func wait(for process: pid_t) -> Int32 {
        // The process id stays reserved until the child is reaped; after that no signal may be sent to it.
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        let status = running.withLock { running in
            running = nil
            var status: Int32 = 0
            waitpid(process, &status, 0)
            return status
        }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
