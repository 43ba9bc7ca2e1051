using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>
/// A service asks the pack in force for a value or a rule that its release does not have, because the release is older than the service. The request is refused with
/// the name of what is missing, and nothing is decided by another text.
/// </summary>
internal sealed class MissingInRelease(PoliciesInForce inForce) : IFaultReader
{
    public Problem? Read(Exception fault) => fault is NotInForceException missing
        ? new Problem.NotInForce(missing.About, $"{missing.Message} In force: {string.Join(", ", inForce.Engine.Programs.Values.Select(p => $"{p.Id} {p.Version}"))}")
        : null;
}
