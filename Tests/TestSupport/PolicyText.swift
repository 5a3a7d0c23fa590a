/// A policy with one action, "generate", and one plan that grants these credits once.
package func policy(_ action: String, grants: String = #"{ "credits": 50, "every": "once" }"#, _ rest: String = "")
    -> String
{
    """
    {
      "actions": { "generate": \(action) },
      "plans": { "free": { "grants": [\(grants)] } },
      "defaultPlan": "free"\(rest.isEmpty ? "" : ",")
      \(rest)
    }
    """
}
