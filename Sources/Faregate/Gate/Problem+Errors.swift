extension InvalidInput: ProblemConvertible {
    /// 400, with the reason: it is written for whoever sent the value.
    public var problem: Problem { Problem(400, "invalid-input", "Invalid input", description) }
}

extension UnknownAction: ProblemConvertible {
    /// 404. The names of other actions and the policy files are not the caller's business.
    public var problem: Problem {
        Problem(404, "unknown-action", "Unknown action", "there is no action \(quoted(action)) here")
    }
}

extension TimedOut: ProblemConvertible {
    /// 504, with the time that the call had and what it costs.
    public var problem: Problem { Problem(504, "timed-out", "Timed out", description) }
}

extension CallWithinItself: ProblemConvertible {
    /// 500: the handler is at fault, and not the caller.
    public var problem: Problem {
        Problem(
            500,
            "call-within-itself",
            "Call within itself",
            "the server made this call while it was answering the same call; nothing was charged for the second one"
        )
    }
}

extension LedgerError: ProblemConvertible {
    /// 503, with `Retry-After` where waiting may help; 429 for too many open checkouts; 500 for a change that the ledger's
    /// own rules forbid. What happened inside stays on the server.
    public var problem: Problem {
        switch code {
        case .forbidden: .internalServerError
        case .tooManyOpen:
            Problem(
                429,
                "too-many-checkouts",
                "Too many open checkouts",
                "you have as many unpaid checkouts open as you may have; pay one of them, or wait until one closes"
            )
        default:
            Problem(
                503,
                "ledger-unavailable",
                "Ledger out of reach",
                "credits can't be looked up just now; try again in a moment",
                headers: isFinal ? [] : [("Retry-After", "1")]
            )
        }
    }
}

extension CallClosed: ProblemConvertible {
    /// 500: the server closed the call before its handler had ended.
    public var problem: Problem {
        Problem(500, "call-closed", "Call closed", "the server closed this call before its answer was complete")
    }
}
