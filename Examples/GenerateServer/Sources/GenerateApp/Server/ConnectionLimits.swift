import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// How long the server waits for a client, and how many connections can be open. With these limits, half-open
/// connections don't block other clients.
///
/// The policy's `timeout` limits how long the server itself works on an answer.
public struct ConnectionLimits: Sendable {
    /// The longest wait for the head of the next request and between two parts of a body.
    public var idle = TimeAmount.seconds(15)
    /// The longest time from the head of a request to the end of its body.
    public var body = TimeAmount.seconds(30)
    /// The longest time that the client may take to read a whole answer.
    public var answer = TimeAmount.seconds(60)
    /// The largest number of open connections. To accept one more, the server closes the connection that has been idle
    /// for longest.
    public var maxConnections = ConnectionLimits.affordable

    /// The operating system's limit on open files, minus the files that the ledger and outgoing calls need.
    private static var affordable: Int {
        min(4096, max(64, sysconf(Int32(_SC_OPEN_MAX)) - 128))
    }

    /// Returns Hummingbird's own server with these limits.
    func server(_ waiting: WaitingConnections) -> HTTPServerBuilder {
        .http1(
            configuration: .init(
                additionalChannelHandlers: [RequestDeadlines(self, waiting)],
                idleTimeout: idle
            )
        )
    }
}

/// Closes a connection whose request or answer is not complete in time.
private final class RequestDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let waiting: WaitingConnections
    private var body: Scheduled<Void>?
    private var answer: Scheduled<Void>?

    init(_ limits: ConnectionLimits, _ waiting: WaitingConnections) {
        self.limits = limits
        self.waiting = waiting
    }

    func handlerAdded(context: ChannelHandlerContext) {
        waiting.add(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: body = close(context, in: limits.body)
        case .body: break
        case .end:
            body?.cancel()
            waiting.remove(context.channel)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: answer = close(context, in: limits.answer)
        case .body: break
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            let (deadline, waiting, channel) = (answer, waiting, context.channel)
            written.futureResult.whenSuccess {
                deadline?.cancel()
                waiting.add(channel)
            }
            return context.write(data, promise: written)
        }
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        body?.cancel()
        answer?.cancel()
        waiting.remove(context.channel)
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
