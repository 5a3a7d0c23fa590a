extension InvalidInput: ProblemConvertible {
    /// 400, with the reason, which is written for the sender of the value.
    public var problem: Problem { Problem(400, "invalid-input", "Invalid input", description) }
}

extension Gate.UnknownAction: ProblemConvertible {
    /// 404. Doesn't reveal the names of other actions or of policy files.
    public var problem: Problem {
        Problem(404, "unknown-action", "Unknown action", "there is no action \(quoted(action)) here")
    }
}

extension Gate.TimedOut: ProblemConvertible {
    /// 504, with the timeout and the cost.
    public var problem: Problem { Problem(504, "timed-out", "Timed out", description) }
}

extension GatedCall.WithinItself: ProblemConvertible {
    /// 500, because the handler is at fault, not the caller.
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
    /// 503, with `Retry-After` if waiting may help; 429 for too many open checkouts; 500 for a change that the ledger's
    /// constraints forbid. Doesn't reveal internal details.
    public var problem: Problem {
        switch code {
        case .forbidden: .internalServerError
        case .tooManyOpen:
            Problem(
                429,
                "too-many-checkouts",
                "Too many open checkouts",
                "you have reached the limit of unpaid checkouts; pay one of them, or wait until one expires"
            )
        default:
            Problem(
                503,
                "ledger-unavailable",
                "Ledger out of reach",
                "credits can't be looked up now; try again in a moment",
                headers: isFinal ? [] : [("Retry-After", "1")]
            )
        }
    }
}

extension GatedCall.Closed: ProblemConvertible {
    /// 500, because the server closed the call before its handler had ended.
    public var problem: Problem {
        Problem(500, "call-closed", "Call closed", "the server closed this call before its answer was complete")
    }
}
