import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// How long the other end of a connection may take for what only it can do, and how many connections there may be: those
/// that are half open don't keep the others out.
///
/// How long the server itself takes for an answer is up to the policy's `timeout`.
public struct ConnectionLimits: Sendable {
    /// From the last answer to the whole head of the next request, and between two parts of a body.
    public var idle = TimeAmount.seconds(15)
    /// From the head of a request to the end of its body, however steadily it trickles.
    public var body = TimeAmount.seconds(30)
    /// From the first byte of an answer until the last one is taken.
    public var answer = TimeAmount.seconds(60)
    /// When all are taken, the one that the server has waited for longest makes room.
    public var maxConnections = ConnectionLimits.affordable

    /// As many as there may be open files, without those that the ledger, its readers and calls to others need.
    private static var affordable: Int {
        min(4096, max(64, sysconf(Int32(_SC_OPEN_MAX)) - 128))
    }

    /// Hummingbird's own server with these limits.
    func server(_ waiting: WaitingConnections) -> HTTPServerBuilder {
        .http1(
            configuration: .init(
                additionalChannelHandlers: [RequestDeadlines(self, waiting)],
                idleTimeout: idle
            )
        )
    }
}

/// Closes a connection whose request or answer isn't through in time.
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
