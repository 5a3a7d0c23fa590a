public import Faregate

extension SignatureError: ProblemConvertible {
    /// 400, with the reason, which holds nothing of the body, the secret or the signature.
    public var problem: Problem { Problem(400, "webhook-signature", "Signature not accepted", description) }
}
