public import Faregate

/// What to answer a provider's webhook with, for any server to send.
public struct WebhookAnswer: Sendable {
    /// 200 when the event is safely kept or done; otherwise the status of the problem, and the provider sends again.
    public let status: Int
    /// The body of the answer, `application/problem+json`; nil with status 200, whose body is empty.
    public let problem: Problem?

    static let acknowledged = WebhookAnswer(status: 200, problem: nil)

    /// The event is kept where it could be, and wants to be sent again.
    static let failed = WebhookAnswer(
        Problem(
            status: 500,
            type: "urn:faregate:problem:webhook-failed",
            title: "Event not acted on",
            detail: "the ledger could not take the event just now; send it again"
        )
    )

    init(_ problem: Problem) {
        self.init(status: problem.status, problem: problem)
    }

    private init(status: Int, problem: Problem?) {
        self.status = status
        self.problem = problem
    }
}

/// A webhook that changes nothing.
public struct WebhookRefusal: Error {
    public let problem: Problem

    private init(_ status: Int, _ type: String, _ title: String, _ detail: String) {
        problem = Problem(status: status, type: "urn:faregate:problem:\(type)", title: title, detail: detail)
    }

    static func tooLarge(maxBytes: Int) -> WebhookRefusal {
        WebhookRefusal(413, "webhook-too-large", "Webhook too large", "an event has at most \(maxBytes) bytes")
    }

    /// Our mistake and not the sender's, who shall send again when it is mended.
    static let noSecrets = WebhookRefusal(
        500,
        "webhook-not-set-up",
        "Webhooks not set up",
        "this endpoint has no signing secret; give it the one that the provider shows for the endpoint"
    )

    static func signature(_ error: SignatureError) -> WebhookRefusal {
        WebhookRefusal(400, "webhook-signature", "Signature not accepted", error.description)
    }

    static let notAnEvent = invalid("the body is not an event as the provider sends it")

    static let thinEvent = invalid("the body is a thin event; set the destination up to send snapshot events")

    static func wrongMode(livemode: Bool) -> WebhookRefusal {
        invalid("this endpoint takes \(livemode ? "live" : "test") events only")
    }

    private static func invalid(_ detail: String) -> WebhookRefusal {
        WebhookRefusal(400, "webhook-invalid", "Not an event for this endpoint", detail)
    }
}
